#!/usr/bin/env python3
"""postgres - a PostgreSQL server for one test, gone with it.

As a module: `with Server() as uri:`.  As a program, `postgres.py COMMAND...` runs
COMMAND with AS_TEST_POSTGRES in its environment; without a server installed it
prints one skipped case.

The server is Debian's own, in a new folder, on a Unix socket in that folder and
on no port.  It refuses to be root: root starts it as nobody, or, where that user
cannot be had (a user namespace with one user), in a user namespace of its own.
"""
import glob
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time

SECONDS = 60
# The data of a test need not outlive the machine: only here is fsync off.
OPTIONS = ('fsync=off', 'full_page_writes=off', 'shared_buffers=64MB',
           'listen_addresses=', 'max_connections=60', 'jit=off')


def programs():
    """The folder of the newest server, or None."""
    found = glob.glob('/usr/lib/postgresql/*/bin/initdb')
    if not found:
        path = shutil.which('initdb')
        return path and os.path.dirname(os.path.realpath(path))
    return os.path.dirname(max(
        found, key=lambda p: int(re.search(r'/(\d+)/', p)[1])))


def works(command):
    return subprocess.run([*command, 'true'], capture_output=True,
                          check=False).returncode == 0


def who(folder):
    """What runs a command as a user who is not root; the folder is theirs."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam('nobody')
    asked = ['setpriv', f'--reuid={nobody.pw_uid}',
             f'--regid={nobody.pw_gid}', '--clear-groups']
    if works(asked):
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        return asked
    return ['unshare', '--user', '--map-user=1000', '--map-group=1000']


class Server:
    def __init__(self, options=(), hba=None):
        self.options = (*OPTIONS, *options)
        self.hba = hba
        self.folder = self.process = None

    @staticmethod
    def is_there():
        return programs() is not None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix='assay-pg-')
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self.uri()

    def uri(self, database='postgres', user='assay', secret=None):
        name = user if secret is None else f'{user}:{secret}'
        return f'postgresql://{name}@/{database}?host={self.folder}'

    def start(self):
        bin_, user = programs(), who(self.folder)
        data = os.path.join(self.folder, 'data')
        subprocess.run(
            [*user, f'{bin_}/initdb', '-D', data, '-U', 'assay', '-A', 'trust',
             '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        if self.hba:
            with open(os.path.join(data, 'pg_hba.conf'), 'w',
                      encoding='utf-8') as f:
                f.write(self.hba)
        self.log = open(os.path.join(self.folder, 'log'), 'wb')
        self.command = [*user, f'{bin_}/postgres', '-D', data, '-k',
                        self.folder]
        for o in self.options:
            self.command += ['-c', o]
        self.go()

    def go(self):
        self.process = subprocess.Popen(
            self.command, stdout=self.log, stderr=self.log,
            stdin=subprocess.DEVNULL, cwd=self.folder)
        end = time.monotonic() + SECONDS
        while subprocess.run(
                [f'{programs()}/pg_isready', '-q', '-h', self.folder],
                check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                with open(os.path.join(self.folder, 'log'), 'rb') as f:
                    raise RuntimeError(f.read()[-2000:].decode(errors='replace'))
            time.sleep(0.05)

    def stop(self):
        """Fast, as an administrator does; a connection is told."""
        self.process.send_signal(2)
        self.process.wait(SECONDS)

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(3)
            self.process.wait(SECONDS)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    if not Server.is_there():
        print('ok 1 - PostgreSQL # skip no server is installed\n1..1')
        return 0
    with Server() as uri:
        env = dict(os.environ, AS_TEST_POSTGRES=uri)
        return subprocess.run(sys.argv[1:], env=env, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
