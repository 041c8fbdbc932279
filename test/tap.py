"""A small TAP producer for the tests that are written in Python."""
import traceback


class Tap:
    def __init__(self):
        self.count = 0
        self.failures = 0

    def ok(self, good, name, why=''):
        """One case; `why` is shown when it failed."""
        self.count += 1
        self.failures += not good
        name = name.replace('#', ' ')  # "#" would start a directive
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)
        if not good:
            for line in str(why).splitlines()[:60]:
                print(f'# {line}', flush=True)
        return good

    def equal(self, got, wanted, name):
        return self.ok(got == wanted, name, f'got    {got!r}\nwanted {wanted!r}')

    def run(self, name, check):
        """One case: check() returns what is wrong, or nothing."""
        try:
            why = check()
        except Exception:
            why = traceback.format_exc()
        return self.ok(not why, name, why)

    def end(self):
        """Print the plan; the exit status."""
        print(f'1..{self.count}', flush=True)
        return 1 if self.failures or not self.count else 0
