/** Asks whether kitty's graphics work (a picture of one pixel, not shown), then what kind of terminal it is. */
const question = '\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\\u001b[c';

/** A terminal over a slow connection needs this long; one that does not know the question says nothing. */
const patienceMilliseconds = 500;

/** Returns what a terminal answers to the question whether it shows pictures; empty where nobody can be asked. */
export async function askTerminal(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string> {
  if (!input.isTTY || !output.isTTY) return '';
  const wasRaw = input.isRaw;
  input.setRawMode(true);
  try {
    return await readAnswer(input, () => output.write(question));
  } finally {
    input.setRawMode(wasRaw);
    input.pause();
  }
}

/** Every terminal answers the second part, "ESC [ ? ... c": after it nothing more comes. */
function readAnswer(input: NodeJS.ReadStream, ask: () => void): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const finish = () => {
      clearTimeout(timer);
      input.off('data', take);
      resolve(answer);
    };
    const take = (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      const start = answer.indexOf('\u001b[?');
      if (start >= 0 && answer.indexOf('c', start) > 0) finish();
    };
    const timer = setTimeout(finish, patienceMilliseconds);
    input.on('data', take);
    ask();
  });
}
