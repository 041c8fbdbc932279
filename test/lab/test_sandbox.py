#!/usr/bin/env python3
"""The probers of a real run are locked up as the design says.

What each forbidden call gives is the unit test's (net/sandbox): here it is that
the program enters the sandbox, before it looks at the net.
"""
import os
import pathlib
import re
import signal
import subprocess
import unittest

import assay_lab as lab


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return dict(row.split(":\t", 1) for row in text.splitlines() if ":\t" in row)


class Sandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One that waits for names, with a prober that has answered one."""
        cls.run_ = subprocess.Popen([lab.ASSAY, "scan", "-"], text=True,
                                    stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL)
        cls.run_.stdin.write("good.gov.test\n")
        cls.run_.stdin.flush()
        cls.run_.stdout.readline()
        cls.probers = lab.children(cls.run_.pid)

    @classmethod
    def tearDownClass(cls):
        cls.run_.communicate()

    def test_filters_are_in_force(self):
        self.assertTrue(self.probers)
        for pid in self.probers:
            with self.subTest(pid=pid):
                row = status(pid)
                self.assertEqual(row["NoNewPrivs"], "1")
                self.assertEqual(row["Seccomp"], "2")
                self.assertEqual(row["Threads"], "1")

    def test_no_file_is_open(self):
        """Sockets, pipes and the like; standard streams lead nowhere, or to
        where the parent's errors go."""
        for pid in self.probers:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                where = os.readlink(f"/proc/{pid}/fd/{fd}")
                self.assertTrue(
                    where == "/dev/null" or
                    re.match(r"(socket|pipe|anon_inode):", where), where)

    def test_limits(self):
        for pid in self.probers:
            text = pathlib.Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
            for name in ("Max cpu time", "Max open files", "Max core file size"):
                with self.subTest(pid=pid, name=name):
                    row = next(x for x in text.splitlines() if x.startswith(name))
                    self.assertNotEqual(row[len(name):].split()[0], "unlimited")

    def test_ctrl_c_leaves_nobody(self):
        run = subprocess.Popen([lab.ASSAY, "scan", "-"], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               start_new_session=True)
        run.stdin.write("good.gov.test\nparked.gov.test\n")
        run.stdin.flush()
        run.stdout.readline()
        probers = lab.children(run.pid)
        self.assertTrue(probers)
        handles = [os.pidfd_open(pid) for pid in probers]
        os.killpg(run.pid, signal.SIGINT)
        run.communicate()
        self.assertEqual(run.returncode, -signal.SIGINT)
        for handle in handles:
            signal_free(self, handle)


def signal_free(test, handle):
    """The process is gone within five seconds."""
    import select
    test.assertTrue(select.select([handle], [], [], 5)[0])
    os.close(handle)


if __name__ == "__main__":
    lab.main()
