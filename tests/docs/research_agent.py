# SPDX-License-Identifier: MIT
"""Runs the research agent as a user would, and compares what it says, how it ends and what its file of events tells."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

AGENT = pathlib.Path(sys.argv[1]).resolve()

TEXTS = {
    "birds/owls.md": "# Owls\n\nOwls hunt at night, and **listen**. See [food](food.txt), [a secret](../../secret.txt)"
                     " and [users](/etc/passwd).\n\n```\nowls = code\n```\n",
    "birds/food.txt": "The owls of this country mostly eat mice and voles.\n",
    "herons.md": "- Herons hunt by day.\n- Herons stand in water.\n",
    "binary.txt": "owls\0hunt",
    "picture.png": "owls owls owls",
}


class ResearchAgent(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        for name, text in TEXTS.items():
            (self.root / "texts" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / "texts" / name).write_text(text)
        (self.root / "secret.txt").write_text("Owls guard a secret.\n")

    def ask(self, *arguments, ends=0, events="events.jsonl"):
        done = subprocess.run([AGENT, *arguments], cwd=self.root, capture_output=True, text=True, encoding="utf-8",
                              timeout=60, env={**os.environ, "LC_ALL": "C"})
        self.assertEqual(done.returncode, ends, done.stdout + done.stderr)
        for line in done.stdout.splitlines():
            if str(self.root) not in line:
                self.assertLessEqual(len(line), 80, line)
        self.assertNotIn("\x1b", done.stdout, "colours where there is no terminal")
        file = self.root / events
        self.events = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
        return done.stdout + done.stderr

    def calls(self, name, status="success"):
        return [event for event in self.events if event["name"] == name and event["status"] == status]

    def test_an_answer_with_its_sources(self):
        said = self.ask("When do owls hunt?", "texts")
        self.assertIn("Owls hunt at night, and listen.", said)
        self.assertIn("birds/owls.md:3", said)
        self.assertNotIn("owls = code", said)
        model = self.calls("summarise")[0]
        self.assertEqual((model["kind"], model["cost_usd"]), ("model", None))
        self.assertGreater(model["metadata"]["input_tokens"], model["metadata"]["output_tokens"])

    def test_the_tree_is_the_runs(self):
        said = self.ask("When do owls hunt?", "texts")
        run = self.calls("research")[-1]
        self.assertEqual(run["event_type"], "run_finished")
        within = [event for event in self.events if event["parent_span_id"] == run["span_id"]]
        self.assertEqual(len(within), len(self.events) - 2)  # all but the run's own two
        for event in within:
            self.assertIn(event["name"], said)
        self.assertEqual(run["metadata"]["policy_violations"], 2)
        self.assertEqual(run["metadata"]["model_calls"], 1)

    def test_no_link_leads_out_of_the_folder(self):
        said = self.ask("When do owls hunt?", "texts")
        blocked = self.calls("read_file", "blocked")
        self.assertEqual({event["input_data"]["path"] for event in blocked}, {"../secret.txt", "/etc/passwd"})
        self.assertEqual({event["metadata"]["blocked_by"] for event in blocked}, {"stay-in-folder"})
        self.assertNotIn("guard a secret", said)

    def test_no_link_of_the_file_system_either(self):
        (self.root / "texts/sly.md").symlink_to(self.root / "secret.txt")
        said = self.ask("When do owls hunt?", "texts")
        self.assertIn("sly.md", {event["input_data"]["path"] for event in self.calls("read_file", "blocked")})
        self.assertNotIn("guard a secret", said)

    def test_a_file_that_is_no_text_is_passed_over(self):
        self.assertIn('passed over: "texts/binary.txt" is no text', self.ask("When do owls hunt?", "texts"))
        self.assertEqual([event["input_data"]["path"] for event in self.calls("read_file", "error")], ["binary.txt"])

    def test_arithmetic(self):
        for question, answer in [("What is (3 + 4) * 2.5?", "(3 + 4) * 2.5 = 17.5"), ("1 - -2 * 3", "1 - -2 * 3 = 7"),
                                 ("(2 - 5) / -4", "(2 - 5) / -4 = 0.75"), ("2 - 3 - 4", "2 - 3 - 4 = -5")]:
            self.assertIn(answer, self.ask(question, "texts"))

    def test_arithmetic_that_has_no_answer(self):
        for question, reason in [("1 / (2 - 2)", "division by zero at column 12"), ("2 * (3 + 4", "a ) is wanted"),
                                 ("2 + * 3", "a number is wanted at column 5"), ("2 ) + 3", "an operator or the end"),
                                 ("1.2.3 + 4", "a number is wanted"), ("(" * 200 + "1 + 1", "too many brackets")]:
            self.assertIn(reason, " ".join(self.ask(question, "texts", ends=1).split()))
            self.assertEqual(self.events[-1]["status"], "error")

    def test_what_is_no_arithmetic(self):
        for question in ("Do owls use C++20 + 3?", "Do owls hunt on 2026-10-16?", "Owls 1e5 + 2"):
            self.ask(question, "texts")
            self.assertEqual(self.calls("calculate"), [])

    def test_no_answer(self):
        self.assertIn("say nothing of that", self.ask("zebra", "texts", ends=1))

    def test_a_missing_folder(self):
        self.assertIn('"nowhere" is no folder', self.ask("owls", "nowhere", ends=1))
        self.assertEqual(self.calls("research", "error")[0]["event_type"], "run_finished")

    def test_an_empty_folder(self):
        (self.root / "empty").mkdir()
        self.ask("owls", "empty", ends=1)

    def test_wrong_usage(self):
        for arguments in (["", "texts"], ["  ", "texts"], ["--nothing"], ["--sentences", "0"], ["a", "b", "c"], ["--events"]):
            self.ask(*arguments, ends=2)
            self.assertEqual(self.events, [])
        self.assertIn("research_agent [options]", self.ask("--help"))

    def test_another_file_of_events(self):
        (self.root / "mine.jsonl").write_text("not an event\n")
        self.assertIn("rank_passages", self.ask("owls", "texts", "--events", "mine.jsonl", events="none"))
        self.assertTrue((self.root / "mine.jsonl").read_text().startswith("not an event\n"))

    def test_events_that_can_not_be_written(self):
        said = self.ask("owls", "texts", "--events", "texts/herons.md/events.jsonl")
        self.assertIn("sonde: cannot", said)
        self.assertIn("The file of events has nothing of this run", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
