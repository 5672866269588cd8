"""Reads a Dockerfile: stages, and the instructions of each in order."""

import dataclasses
import json
import shlex


@dataclasses.dataclass
class Instruction:
    line: int
    word: str
    flags: dict
    text: str

    def arguments(self):
        """The words of the JSON form, or None where the instruction is in shell form."""
        return json.loads(self.text) if self.text.startswith("[") else None


@dataclasses.dataclass
class Stage:
    base: str
    name: str
    instructions: list


def read(path):
    """The stages of the Dockerfile at `path`."""
    stages = []
    for line, text in logical_lines(path.read_text()):
        word, _, rest = text.partition(" ")
        flags, rest = take_flags(rest.strip())
        if word == "FROM":
            words = shlex.split(rest)
            stages.append(Stage(words[0], words[2] if len(words) == 3 else "", []))
        elif not stages:
            raise ValueError(f"{path}:{line}: {word} before the first FROM is not supported")
        else:
            stages[-1].instructions.append(Instruction(line, word, flags, rest))
    return stages


def logical_lines(text):
    """(number of the first line, text) of each instruction, its continuation lines joined."""
    start, parts = 0, []
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (not line.strip() and not parts):
            continue
        start = start if parts else number
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1].strip())
        else:
            yield start, " ".join(parts + [line.strip()])
            parts = []


def take_flags(text):
    flags = {}
    while text.startswith("--"):
        flag, _, text = text.partition(" ")
        name, _, value = flag[2:].partition("=")
        flags[name] = value
        text = text.strip()
    return flags, text
