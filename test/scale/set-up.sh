#!/bin/sh
# Installs what "npm run test:scale" needs beside prep-lab: Slurm and Redis, by Debian's or Ubuntu's apt. Starts no service.
set -eu
if which slurmctld slurmd redis-server >/dev/null; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "Install Slurm (slurmctld, slurmd, squeue) and redis-server by hand: there is no apt-get here." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A container's rule against starting services is kept; elsewhere this one is for the time of the installation.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client redis-server
