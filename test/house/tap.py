"""A small TAP producer for the tests that are written in Python."""


class Tap:
    def __init__(self):
        self.count = 0
        self.failures = 0

    def ok(self, good, name, detail=''):
        self.count += 1
        self.failures += not good
        name = name.replace('#', ' ')  # "#" would start a directive
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good:
            for line in str(detail).splitlines():
                print(f'# {line}')
        return good

    def same(self, got, want, name):
        return self.ok(got == want, name, f'got  {got!r}\nwant {want!r}')

    def done(self):
        """Print the plan; the exit status."""
        print(f'1..{self.count}')
        return 1 if self.failures or not self.count else 0
