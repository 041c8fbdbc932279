"""A tiny TAP printer for whole-program tests."""
import traceback


class Tap:
    def __init__(self):
        self.count = self.bad = 0

    def ok(self, good, name, why=""):
        self.count += 1
        self.bad += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)
        if not good and why:
            for line in str(why).splitlines()[:20]:
                print(f"# {line}", flush=True)

    def equal(self, got, wanted, name):
        self.ok(got == wanted, name, f"got {got!r}, wanted {wanted!r}")

    def run(self, name, check):
        """check() returns what is wrong, or nothing."""
        try:
            why = check()
        except Exception:
            why = traceback.format_exc()
        self.ok(not why, name, why)

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.bad else 0
