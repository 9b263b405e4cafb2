"""Checks the plots of the report, and that the contenders in them can be told apart."""

import json
import unittest

from . import plots
from .contender_names import PEERS_AND_FLOORS, label_of
from .styles import styles_of


class NamesAndStyles(unittest.TestCase):
    POLICIES = ["at_most<2, writer_preferring>/polling_progress", "fifo/polling_progress",
                "phase_fair/polling_progress", "reader_preferring/polling_progress",
                "writer_preferring/polling_progress", "writer_preferring/threaded_progress"]
    BACKENDS = ["rma_window", "shared_memory", "two_sided"]
    FLOORS = ["two_atomics", "two_fetch_and_op", "ping_pong_and_half", "ticket_spin_lock",
              "mcs_spin_lock"]

    def contenders(self):
        mine = {f"{backend}/{policy}": {"kind": "mpilock"}
                for backend in self.BACKENDS for policy in self.POLICIES}
        return mine | {name: {"kind": "floor" if name in self.FLOORS else "peer"}
                       for name in PEERS_AND_FLOORS}

    def test_contenders_differ_in_everything(self):
        """Some plots show all contenders, and the legend does."""
        styles = styles_of(self.contenders())
        self.assertEqual(len(styles), 31)
        for of in (label_of, lambda name: styles[name].colour, lambda name: styles[name].symbol):
            self.assertEqual(len({of(name) for name in styles}), len(styles))

    def test_a_new_policy_is_named_and_drawn(self):
        name = "shared_memory/my_policy<3>/threaded_progress"
        self.assertEqual(label_of(name), "shared my policy 3 +thread")
        self.assertIn(name, styles_of(self.contenders() | {name: {"kind": "mpilock"}}))


class Plots(unittest.TestCase):
    NAME = "shared_memory/fifo/polling_progress"

    def test_waits_beyond(self):
        found = plots.beyond([[100, 9], [900, 1], [500, 0]])
        self.assertEqual(found, {"x": [1e-7, 9e-7], "y": [1, 0.1]})

    def test_range_is_of_whole_decades(self):
        self.assertEqual(plots.decades([20, 3e4]), [1, 5])
        self.assertEqual(plots.decades([100]), [2, 3])

    def test_every_step_of_a_slider_has_its_figures(self):
        steps = [("2", {self.NAME: {"x": ["0"], "y": [5.0]}}),
                 ("8", {self.NAME: {"x": ["0"], "y": [7.0]}})]
        styles = styles_of({self.NAME: {"kind": "mpilock"}})
        drawn = plots.rates("a plot", steps, 1, "ranks: ", "writers", styles)
        figure = json.loads(drawn[drawn.index("{"):drawn.rindex("}") + 1])
        self.assertEqual(figure["data"][0]["y"], [7])
        self.assertEqual([step["args"][0]["y"] for step in figure["layout"]["sliders"][0]["steps"]],
                         [[[5]], [[7]]])
        self.assertEqual(plots.rates("none", [("2", {})], 0, "", "", {}), "")


if __name__ == "__main__":
    unittest.main()
