#include "parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace {

int CountThreads() {
  const char* told = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int number = told == nullptr ? 0 : std::atoi(told);
  if (number > 0) return number;
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) return CPU_COUNT(&cores);
  return std::max(1u, std::thread::hardware_concurrency());
}

// Shared with the helpers, because one may look at it only after all of its pieces are done and its caller is gone.
struct Job {
  Job(int64_t count, int64_t piece, const std::function<void(int64_t, int64_t)>& body)
      : count(count), piece(piece), body(body), missing(count) {}

  void Work() {
    for (;;) {
      const int64_t begin = next.fetch_add(piece);
      if (begin >= count) return;
      const int64_t end = std::min(begin + piece, count);
      body(begin, end);
      missing.fetch_sub(end - begin, std::memory_order_acq_rel);
    }
  }

  const int64_t count;
  const int64_t piece;
  // The caller's: it lives as long as there are pieces.
  const std::function<void(int64_t, int64_t)>& body;
  std::atomic<int64_t> next{0};
  std::atomic<int64_t> missing;
};

class Helpers {
 public:
  explicit Helpers(int number) : number_(number) {
    for (int i = 0; i < number; ++i) std::thread([this] { Serve(); }).detach();
  }

  void Call(const std::shared_ptr<Job>& job, int64_t wanted) {
    const int64_t called = std::min<int64_t>(number_, wanted);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      for (int64_t i = 0; i < called; ++i) jobs_.push_back(job);
    }
    for (int64_t i = 0; i < called; ++i) waiting_.notify_one();
  }

 private:
  [[noreturn]] void Serve() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        waiting_.wait(lock, [this] { return !jobs_.empty(); });
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      job->Work();
    }
  }

  const int number_;
  std::mutex mutex_;
  std::condition_variable waiting_;
  std::deque<std::shared_ptr<Job>> jobs_;
};

}  // namespace

void RunParallel(int64_t count, int64_t piece, const std::function<void(int64_t, int64_t)>& body) {
  // Never destroyed: its threads run until the process ends.
  static Helpers* const helpers = new Helpers(CountThreads() - 1);
  if (count <= piece) {
    if (count > 0) body(0, count);
    return;
  }
  const auto job = std::make_shared<Job>(count, piece, body);
  helpers->Call(job, (count - 1) / piece);
  job->Work();
  while (job->missing.load(std::memory_order_acquire) > 0) std::this_thread::yield();
}
