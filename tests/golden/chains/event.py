"""An event as it was made."""


class Event:
    def __init__(self, order, at, cpu, name, fields):
        self.order, self.at, self.cpu, self.name, self.fields = order, at, cpu, name, fields

    def __getitem__(self, field):
        return self.fields[field]

    def __repr__(self):
        return f"{self.at} cpu{self.cpu} {self.name} {self.fields}"


class Clock:
    """Instants of one machine: they ascend, now and then stand still."""

    def __init__(self, rng, ties):
        self.rng, self.ties, self.at, self.cpu = rng, ties, 1000, None

    def next(self, cpu):
        """Two CPUs have one instant only where ties is 'any': else nobody could tell who was first."""
        may_stand = self.ties == "any" or (self.ties == "same cpu" and cpu == self.cpu)
        if not (may_stand and self.rng.random() < 0.3):
            self.at += self.rng.choice((1, 1, 2, 10, 100, 3000, self.rng.randint(1, 20000)))
        self.cpu = cpu
        return self.at
