"""What a person sees of the bytes that a program sends to a terminal."""

import re

SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


class Screen:
    """Lines without end, as if nothing scrolled away. Knows what the program's live lines use, and no more:
    an unknown sequence shows as <ESC>."""

    def __init__(self):
        self.lines = [[]]
        self.row = 0
        self.column = 0
        self.rest = b""

    def write(self, data):
        # Bytes may end within a character or a sequence.
        self.rest += data
        end = len(self.rest)
        while end > 0 and (self.rest[end - 1] & 0xC0) == 0x80:
            end -= 1
        if end > 0 and self.rest[end - 1] >= 0xC0:
            end -= 1
        else:
            end = len(self.rest)
        escape = self.rest.rfind(b"\x1b")
        if escape >= 0 and not re.match(rb"\x1b\[[0-9;?]*[A-Za-z]", self.rest[escape:]):
            end = min(end, escape)
        text, self.rest = self.rest[:end].decode(), self.rest[end:]
        self.draw(text)

    def draw(self, text):
        at = 0
        while at < len(text):
            sequence = SEQUENCE.match(text, at)
            if sequence and self.follow(*sequence.groups()):
                at = sequence.end()
                continue
            character = text[at]
            at += 1
            if character == "\r":
                self.column = 0
            elif character == "\n":  # a terminal goes back too, unless told otherwise
                self.column = 0
                self.row += 1
                if self.row == len(self.lines):
                    self.lines.append([])
            else:
                self.put("<ESC>" if character == "\x1b" else character)

    def put(self, character):
        line = self.lines[self.row]
        line.extend(" " * (self.column + 1 - len(line)))
        line[self.column] = character
        self.column += 1

    def follow(self, number, letter):
        if letter == "m":
            return True
        if letter == "K" and number in ("", "0"):
            del self.lines[self.row][self.column :]
            return True
        if letter == "A":
            self.row = max(0, self.row - int(number or 1))
            return True
        return False

    def text(self):
        self.draw(self.rest.decode(errors="replace"))
        self.rest = b""
        lines = ["".join(line).rstrip() for line in self.lines]
        while lines and not lines[-1]:
            lines.pop()
        return "".join(line + "\n" for line in lines)
