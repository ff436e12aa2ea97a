"""A light, fast analysis of one sentence: word classes, noun phrases, verbs with voice and tense, clauses.

No parse tree: each token has a class of one letter, so that a sentence is also a string of letters, and
questions about a number ("which noun is counted?", "of which verb is it the subject?") walk left or right
from it.

>>> sentence = read_sentence("Police detained 120 people in Minsk.", 0, 36, [(16, 19, 16, 19, True)], [])
>>> sentence.tags
'NVQNIK.'
>>> sentence.words[noun_right(sentence, 2).head]
'people'

Classes: Q number that counts, q other quantity, k its qualifier, u its unit; D determiner, S possessive
(also 's), P pronoun, R relative, A adjective, a adverb, N noun, K name, I preposition, O of, T to, B by,
U subordinator, C conjunction, X be or get, H have, F do, M modal, G negation, V finite verb, b base form,
g -ing form, p passive participle, t time expression; punctuation stands for itself, "-" for any dash
between words, "'" for any quotation mark.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from transforms.measures import load_measures
from transforms.words import word_list

TOKEN = re.compile(r"(?:[A-Z]\.){2,}|\w+(?:[-&]\w+|[’'](?!(?:s|re|ve|ll|d|m)\b)\w+)*|[’'](?:s|re|ve|ll|d|m)\b|[^\w\s]")
VOWELS = "aeiou"
ADJECTIVE = re.compile(r"(?:[^aeiou]al|ial|ual|nal|ive|ous|ful|less|ish|ary|able|ible|ese|ic|most|-based|-old|-wide)$")
CAPITAL = re.compile(r"^[A-ZÀ-Þ]")
FINITE = frozenset("VXHMF")
DEMONYMS = word_list("demonyms")
OPENERS = word_list("openers")
BEFORE_NUMBER = word_list("before_number")
FULL_HEADS = word_list("full_heads")
PATIENTS = word_list("patients")
STATUS_VERBS = ("hedging_verbs", "denying_verbs", "planning_verbs", "supposing_verbs")
CACHED_WORDS = 60_000
Key = TypeVar("Key", str, tuple[str, str])
LONGEST_WORD = 40  # letters of what is kept between sentences
SHORT = 12  # letters of a stretch that is kept with its spaces
DOUBLE_FINAL = word_list("double_final", "grammar")
NEVER_PASSIVE = word_list("never_passive", "grammar")
CLASS_LISTS = (  # later lists decide where a word stands in two
    ("adjectives", "A"),
    ("adverbs", "a"),
    ("times", "t"),
    ("determiners", "D"),
    ("possessives", "S"),
    ("pronouns", "P"),
    ("relatives", "R"),
    ("prepositions", "I"),
    ("subordinators", "U"),
    ("conjunctions", "C"),
    ("be", "X"),
    ("have", "H"),
    ("do", "F"),
    ("modals", "M"),
    ("negations", "G"),
)
SINGLE_FINAL = frozenset("x w y h".split())


# What stands between two spaces, or numbers: "people," is the tokens "people" and ",". Their words in lower case, base
# forms and classes out of context, a letter for each token; a plain tuple, as a sentence has dozens.
Chunk = tuple[tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Classes of word forms, and what a noun stands for."""

    classes: dict[str, str]  # closed classes and adjectives: form -> class
    verbs: dict[str, tuple[str, str]]  # form -> (base form, class b, Z, g, E, V or L)
    people: frozenset[str]
    person_endings: tuple[str, ...]
    not_people: frozenset[str]
    groups: frozenset[str]
    events: frozenset[str]
    sites: frozenset[str]
    plurals: dict[str, str]
    cue_verbs: frozenset[str]  # verbs of the measures
    pure_verbs: frozenset[str]  # never nouns
    not_adjectives: frozenset[str]  # nouns that end like adjectives: "hospital", "trial"
    human_verbs: frozenset[str]  # words that are said of people alone
    chunks: dict[str, Chunk] = field(default_factory=dict)  # "people," -> its tokens
    marked: dict[tuple[str, str], Chunk] = field(default_factory=dict)  # "u", " mln dlrs" -> its tokens as a unit
    singulars: dict[str, str] = field(default_factory=dict)
    things: dict[str, str | None] = field(default_factory=dict)  # "shares" -> "share"; None: somebody, or an event
    persons: dict[str, bool] = field(default_factory=dict)


class Sentence:
    """One sentence as tokens; every list has the same length and `tags` one letter for each token.

    Tags and offsets are settled when somebody first asks for them: of the prices and shares of business news a third
    stand in sentences that nobody asks, and theirs are read in a third of the time.
    """

    __slots__ = (
        "bases", "chunks", "classes", "clauses", "end", "ends", "inside", "numbers", "phrases", "pieces", "placed",
        "settled", "shown", "size", "start", "starts", "tags", "text", "times", "verb_phrases", "verbal", "vocabulary",
        "words",
    )  # fmt: skip

    bases: list[str]  # verbs: base form; other words: lower case
    tags: str
    starts: list[int]
    ends: list[int]

    def __init__(self, text: str, start: int, end: int, times: Sequence[tuple[int, int]] = ()) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.times = times  # spans of time expressions
        self.shown = ""  # its text, as prose where it is a headline
        self.chunks: list[Chunk] = []
        self.pieces: list[tuple[int, str, str]] = []  # where each begins; Q, q a number, k its qualifier, u its unit
        self.numbers: list[int | None] = []  # token of each number given; None where it lies inside another
        self.inside: list[int] = []  # those that do
        self.words: list[str] = []  # lower case
        self.classes = ""  # out of context
        self.size = 0  # tokens
        self.settled = self.placed = False
        self.phrases: dict[int, NounPhrase] = {}
        self.verb_phrases: dict[int, VerbPhrase] = {}
        self.clauses: list[tuple[int, int]] | None = None  # by token, once asked for
        self.vocabulary: frozenset[str] | None = None  # once asked for
        self.verbal: bool | None = None  # has it a verb? Once asked for

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Called for a slot that is still empty: fills it."""
            if name == "tags":
                self.settle()
            elif name == "bases":
                self.bases = bases_of(self)
            elif name in ("starts", "ends"):
                self.place()
            else:
                raise AttributeError(name)
            return getattr(self, name)

    def settle(self) -> None:
        """Fill in the base forms and the tags, where nobody has; called ahead it saves the miss of an empty slot."""
        if not self.settled:
            self.settled = True
            self.bases = bases_of(self)
            resolve(self, load_lexicon())

    def place(self) -> None:
        """Fill in the offsets of the tokens."""
        if not self.placed:
            self.placed = True
            self.starts, self.ends = offsets(self)

    def has(self, words: frozenset[str]) -> bool:
        """Whether any of the words occurs."""
        if self.vocabulary is None:
            self.vocabulary = frozenset(self.words)
        return not words.isdisjoint(self.vocabulary)


class NounPhrase(NamedTuple):
    """The noun that a number counts: `left` to `right` are its first and last token."""

    left: int
    right: int
    head: int | None  # None: elided, as in "20 were arrested"
    whole: int | None  # token of the whole in "5 of the 7 men"


class VerbPhrase(NamedTuple):
    """A main verb with its auxiliaries."""

    main: int
    start: int
    base: str
    voice: str  # active, passive, be (no other verb)
    tense: str  # past, present, future, none (infinitive, participle)
    modal: str | None
    negated: bool


# --- lexicon ------------------------------------------------------------------------------------


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The packaged lexicon with the verbs of the measures."""
    folder = files("transforms") / "rules" / language
    grammar = tomllib.loads((folder / "grammar.toml").read_text(encoding="utf-8"))
    nouns = tomllib.loads((folder / "nouns.toml").read_text(encoding="utf-8"))
    rules = load_measures(language)
    pairs = {verb for verbs in rules.pairs.values() for verb in verbs}
    spoken = {verb for name in STATUS_VERBS for verb in word_list(name, "status") if verb.isalpha()}
    said = word_list("verbs", "attribution")
    bases = {*grammar["verbs"].split(), *grammar["irregular"], *rules.verbs, *rules.acts, *pairs, *spoken, *said}
    return build_lexicon(grammar, nouns, bases, frozenset([*rules.verbs, *rules.acts]))


def build_lexicon(
    grammar: dict[str, Any], nouns: dict[str, Any], bases: Iterable[str], cue_verbs: frozenset[str]
) -> Lexicon:
    """Word classes from the closed lists, and every form of every verb."""
    classes: dict[str, str] = {}
    for name, letter in CLASS_LISTS:
        classes.update(dict.fromkeys(grammar[name], letter))
    classes |= {"of": "O", "to": "T", "by": "B", "that": "W", "others": "N"}
    verbs: dict[str, tuple[str, str]] = {}
    for base in sorted(bases):
        for form, letter in verb_forms(base, grammar["irregular"]):
            verbs.setdefault(form, (base, letter))
    verbs |= {form: (base, "E") for form, base in grammar["variants"].items()}
    return Lexicon(
        classes=classes,
        verbs=verbs,
        people=frozenset(nouns["people"].split()),
        person_endings=tuple(nouns["person_endings"]),
        not_people=frozenset(nouns["not_people"]),
        groups=frozenset(nouns["groups"]),
        events=frozenset(nouns["events"].split()),
        sites=frozenset(nouns["sites"].split()),
        plurals=nouns["plurals"],
        cue_verbs=cue_verbs,
        pure_verbs=frozenset(grammar["pure_verbs"].split()),
        not_adjectives=frozenset(grammar["not_adjectives"].split()),
        human_verbs=frozenset(grammar["human"]),
    )


def verb_forms(base: str, irregular: dict[str, str]) -> list[tuple[str, str]]:
    """Every form of a verb with its class; E: past and participle are the same."""
    prefix = base[: base.rfind("-") + 1] if base.rpartition("-")[2] in irregular else ""
    past, _, participle = irregular.get(base.removeprefix(prefix), "").partition(" ")
    stem = base + base[-1] if doubles(base) else base
    ing = (
        base[:-2] + "y" if base.endswith("ie") else stem.removesuffix("e") if not base.endswith("ee") else base
    ) + "ing"
    third = (
        base[:-1] + "ies"
        if base.endswith("y") and base[-2] not in VOWELS
        else base + ("es" if base.endswith(("s", "x", "ch", "sh", "o", "z")) else "s")
    )
    if not past:
        past = participle = (
            base[:-1] + "ied" if base.endswith("y") and base[-2] not in VOWELS else stem.removesuffix("e") + "ed"
        )
    past, participle = prefix + past, prefix + participle
    forms = [(base, "b"), (third, "Z"), (ing, "g")]
    return [*forms, (past, "E")] if past == participle else [*forms, (past, "V"), (participle, "L")]


def forms_of(bases: frozenset[str]) -> frozenset[str]:
    """Every word whose base form, as `classify` tells it, is one of these; and a few more."""
    listed = {form for form, (base, _) in load_lexicon().verbs.items() if base in bases}
    return bases | listed | {base + ending for base in bases for ending in ("d", "ed", "ing")}


def doubles(base: str) -> bool:
    """Whether the last consonant doubles before -ed: "stab", "permit", not "visit"."""
    heard = base.replace("qu", "q")  # "acquit": its u is no vowel
    if (
        len(heard) < 3
        or heard[-1] in VOWELS
        or heard[-1] in SINGLE_FINAL
        or heard[-2] not in VOWELS
        or heard[-3] in VOWELS
    ):
        return False
    return len(re.findall(r"[aeiouy]+", heard)) == 1 or base in DOUBLE_FINAL


def singular(word: str, lexicon: Lexicon) -> str:
    """The singular of a noun in lower case."""
    known = lexicon.singulars.get(word)
    if known is None:
        if len(lexicon.singulars) > CACHED_WORDS:
            lexicon.singulars.clear()
        known = lexicon.singulars[word] = make_singular(word, lexicon)
    return known


def make_singular(word: str, lexicon: Lexicon) -> str:
    if word in lexicon.plurals:
        return lexicon.plurals[word]
    if word.endswith(("men", "women")) and len(word) > 4 and word not in lexicon.not_people:
        return word[:-2] + "an"
    if word.endswith("people") and len(word) > 6:
        return word[:-6] + "person"
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes", "oes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str, lexicon: Lexicon) -> bool:
    return singular(word, lexicon) != word or word in (
        "police",
        "staff",
        "personnel",
        "others",
        "troops",
        "crew",
        "cattle",
    )


def is_person(noun: str, lexicon: Lexicon) -> bool:
    """Whether a noun in the singular names a person: by list, else by its ending ("steelworker", "cellist")."""
    known = lexicon.persons.get(noun)
    if known is None:
        if len(lexicon.persons) > CACHED_WORDS:
            lexicon.persons.clear()
        known = lexicon.persons[noun] = names_person(noun, lexicon)
    return known


def names_person(noun: str, lexicon: Lexicon) -> bool:
    if noun in lexicon.not_people:
        return False
    last = noun.rpartition("-")[2]
    return noun in lexicon.people or last in lexicon.people or noun.endswith(lexicon.person_endings)


# --- tokens -------------------------------------------------------------------------------------


def read_sentence(
    text: str,
    start: int,
    end: int,
    numbers: Sequence[tuple[int, int, int, int, bool]],
    times: Sequence[tuple[int, int]],
) -> Sentence:
    """Tokens of text[start:end].

    Args:
        numbers: for each number its quote's span, its phrase's span and whether it counts; left to right.
        times: spans of time expressions.
    """
    lexicon = load_lexicon()
    found = Sentence(text, start, end, times)
    found.shown = as_prose(text[start:end])
    cut_pieces(found, numbers)
    cut_words(found, lexicon)
    return found


def cut_pieces(found: Sentence, numbers: Sequence[tuple[int, int, int, int, bool]]) -> None:
    """Cut a sentence into its numbers, their qualifiers and units, and the stretches of words between them.

    The numbers cut the text before words are sought in it: "146-room" is "146", "-" and "room".
    """
    shown, start, position, pieces = found.shown, found.start, 0, found.pieces
    for index, (quote_start, quote_end, phrase_start, phrase_end, counts) in enumerate(numbers):
        first, last = quote_start - start, quote_end - start
        if first < position:
            found.inside.append(index)
            continue
        qualifier = max(phrase_start - start, position)
        if position < qualifier:
            pieces.append((start + position, shown[position:qualifier], ""))
        if qualifier < first:
            pieces.append((start + qualifier, shown[qualifier:first], "k"))
        pieces.append((quote_start, shown[first:last], "Q" if counts else "q"))
        position = last
        if not counts and phrase_end > quote_end:
            pieces.append((quote_end, shown[last : phrase_end - start], "u"))
            position = max(position, min(phrase_end - start, len(shown)))
    if position < len(shown):
        pieces.append((start + position, shown[position:], ""))


def cut_words(found: Sentence, lexicon: Lexicon) -> None:
    """Fill in the words of a sentence and their classes out of context; each number is one token."""
    words, classes, chunks, tokens, known = found.words, "", found.chunks, found.numbers, lexicon.chunks
    for _, stretch, letter in found.pieces:
        if not letter:
            for form in forms_in(stretch):
                chunk = known.get(form) or learn(form, lexicon)
                chunks.append(chunk)
                words += chunk[0]
                classes += chunk[2]
            continue
        if letter in "Qq":
            tokens.append(len(words))
            word = (stretch.lower().replace("’", "'"),)
            chunk = word, word, letter
        else:
            chunk = lexicon.marked.get((letter, stretch)) or learn_marked(letter, stretch, lexicon)
        chunks.append(chunk)
        words += chunk[0]
        classes += chunk[2]
    for index in found.inside:
        tokens.insert(index, None)
    found.classes = classes
    found.size = len(words)


def forms_in(stretch: str) -> Sequence[str]:
    """A stretch without numbers, cut at its spaces; what a chunk holds is remembered, as the news repeats its words.

    A short stretch, " mln dlrs vs ", is remembered whole.
    """
    return (stretch,) if len(stretch) <= SHORT else stretch.split()


def learn(form: str, lexicon: Lexicon) -> Chunk:
    """The tokens of a text, remembered if it is no longer than words are."""
    if form.isalpha():  # a word alone, as most: no token is sought in it
        word, base, letter = classify(form, lexicon)
        chunk: Chunk = (word,), (base,), letter
    else:
        entries = [classify(token, lexicon) for token in TOKEN.findall(form)]
        chunk = (
            tuple([entry[0] for entry in entries]),
            tuple([entry[1] for entry in entries]),
            "".join([entry[2] for entry in entries]),
        )
    remember(lexicon.chunks, form, chunk, len(form))
    return chunk


def learn_marked(letter: str, stretch: str, lexicon: Lexicon) -> Chunk:
    """The words of a number's qualifier or unit, all of the class that the letter stands for."""
    words: list[str] = []
    bases: list[str] = []
    classes = ""
    for form in forms_in(stretch):
        chunk = lexicon.chunks.get(form) or learn(form, lexicon)
        words += chunk[0]
        bases += chunk[1]
        classes += letter * len(chunk[2])
    marked = tuple(words), tuple(bases), classes
    remember(lexicon.marked, (letter, stretch), marked, len(stretch))
    return marked


def remember(known: dict[Key, Chunk], key: Key, chunk: Chunk, size: int) -> None:
    if size <= LONGEST_WORD:
        if len(known) > CACHED_WORDS:
            known.clear()
        known[key] = chunk


def bases_of(found: Sentence) -> list[str]:
    bases: list[str] = []
    for chunk in found.chunks:  # a third of the time of a comprehension: the chunks hold a word or two
        bases += chunk[1]
    return bases


def offsets(found: Sentence) -> tuple[list[int], list[int]]:
    """Where each token of a sentence starts and ends in the text."""
    starts: list[int] = []
    ends: list[int] = []
    if found.shown.isascii():  # only there is a word in lower case as long as it is written
        lower, at = found.shown.lower(), 0
        for word in [word for chunk in found.chunks for word in chunk[0]]:
            at = lower.index(word, at)
            starts.append(found.start + at)
            at += len(word)
            ends.append(found.start + at)
        return starts, ends
    for begin, piece, letter in found.pieces:
        for match in TOKEN.finditer(piece) if letter not in ("Q", "q") else ():
            starts.append(begin + match.start())
            ends.append(begin + match.end())
        if letter in ("Q", "q"):
            starts.append(begin)
            ends.append(begin + len(piece))
    return starts, ends


def as_prose(text: str) -> str:
    """The text as if it were no headline: in capitals, or with a capital to each word, nothing is a name by that."""
    if text[-1] in '.!?"”':
        return text
    if text.isupper():
        return lowered(text)
    capitals = [word[0].isupper() for word in text.split() if len(word) > 3 and word[0].isalpha()]
    if 3 < len(capitals) < 20 and sum(capitals) > 0.8 * len(capitals):
        return lowered(text)
    return text


def lowered(text: str) -> str:
    """Lower case of the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def classify(word: str, lexicon: Lexicon) -> tuple[str, str, str]:
    """Lower case, base form and class of a word out of its context; Y: lower-case word that may be a verb or noun."""
    if not word[0].isalnum():
        if len(word) > 1:
            shorter = word.lower().replace("’", "'")
            return shorter, shorter, lexicon.classes.get(shorter, "S")
        return word, word, PUNCTUATION.get(word, word if word in ",;:.()" else "o")
    lower = word.lower().replace("’", "'")
    if lower.endswith("n't"):
        base = {"wo": "will", "ca": "can", "sha": "shall", "ai": "is"}.get(lower[:-3], lower[:-3])
        return lower, base, lexicon.classes.get(base, "M")
    letter = lexicon.classes.get(lower)
    if letter == "t" and word.islower() and lower in lexicon.verbs:
        letter = None  # "sat down", not "Sat"
    if letter and not (len(word) == 2 and word.isupper()):  # "US" is no pronoun
        return lower, lower, letter
    verb = lexicon.verbs.get(lower)
    if verb:
        return lower, verb[0], verb[1].lower() if CAPITAL.match(word) and verb[1] == "b" else verb[1]
    if CAPITAL.match(word):
        return lower, lower, "K"
    if lower[0].isdigit():
        return lower, lower, "N"
    if lower.endswith("ly") and len(lower) > 4 and lower not in lexicon.not_adjectives:
        return lower, lower, "a"
    if lower.endswith("ed") and len(lower) > 4:
        return lower, lower[:-1] if lower.endswith("eed") else lower[:-2], "E"
    if lower.endswith("ing") and len(lower) > 5:
        return lower, lower[:-3], "g"
    if (
        ADJECTIVE.search(lower)
        and lower not in lexicon.not_adjectives
        and not is_person(singular(lower, lexicon), lexicon)
    ):
        return lower, lower, "A"
    return lower, lower, "N"


PUNCTUATION = {
    "–": "-",
    "—": "-",
    "-": "-",
    '"': "'",
    "“": "'",
    "”": "'",
    "'": "'",
    "‘": "'",
    "’": "'",
    "[": "(",
    "]": ")",
    "!": ".",
    "?": ".",
}


def mark_times(found: Sentence, raw: list[str]) -> None:
    """Class t for the words of time expressions; numbers stay numbers."""
    token, size = 0, len(raw)
    found.place()
    for start, end in found.times:
        while token < size and found.starts[token] < start:
            token += 1
        while token < size and found.ends[token] <= end:
            if raw[token] not in "Qqku":
                raw[token] = "t"
            token += 1


FINITE_AHEAD = re.compile(r"[VXHMFEZbL;:]")
NOUN_BEFORE = frozenset("DSAO")  # after these a word that may be noun or verb is a noun
PHRASE_START = frozenset("DSkQqKAPN")


UNSETTLED = re.compile(r"[bZELWgSF'.]")


def resolve(found: Sentence, lexicon: Lexicon) -> None:
    """Fill in the tags: decide, left to right, between noun and verb, past and participle, conjunction and relative."""
    raw, words, size = list(found.classes), found.words, found.size
    if found.times:
        mark_times(found, raw)
    if words:
        first = 0 if words[0][0].isalnum() else next((i for i, word in enumerate(words) if word[0].isalnum()), 0)
        if raw[first] == "K":
            raw[first] = opening(found, raw, first, lexicon)
    if "between" in words[:-1]:
        i = words.index("between")
        if raw[i + 1] == "Q" and " and " in found.text[found.starts[i + 1] : found.ends[i + 1]]:
            raw[i] = "k"  # "Between 2,000 and 3,000 marched"
    for match in UNSETTLED.finditer("".join(raw)):
        i, letter = match.start(), match[0]
        if letter in "bZ":
            raw[i] = noun_or_verb(found, raw, i, lexicon)
        elif letter == "E":
            raw[i] = past_or_participle(found, raw, i, lexicon)
        elif letter == "L":
            raw[i] = participle(raw, i)
        elif letter == "W":
            raw[i] = "R" if i and raw[i - 1] in "NKQ" else "U"
        elif letter == "g":
            if i and raw[i - 1] in "DSA" and (i + 1 == size or raw[i + 1] not in "DSQkKNA"):
                raw[i] = "N"  # "the bombing", "mass firing"
        elif letter == "F":
            if words[i] == "do" and 0 < i < size - 1 and raw[i - 1] == raw[i + 1] == "K":
                raw[i] = "K"  # "Rio Grande do Sul"
        elif letter == "S":
            if words[i] == "her" and (i + 1 == size or raw[i + 1] not in "NAKEbZgLQk"):
                raw[i] = "P"
        elif 0 < i < size - 1 and found.starts[i] == found.ends[i - 1]:
            if letter == ".":
                raw[i] = "o"  # "Corp."
            elif words[i - 1].endswith("s") and found.ends[i - 1] < found.starts[i + 1] - 1:
                raw[i], words[i] = "S", "'s"  # "the workers' union"
    found.tags = "".join(raw)


def opening(found: Sentence, raw: list[str], i: int, lexicon: Lexicon) -> str:
    """The class of the word that opens a sentence with a capital."""
    word = found.words[i]
    if common(word, lexicon):
        return "N"
    return past_or_participle(found, raw, i, lexicon) if i == 0 and word.endswith("ed") else "K"


def participle(raw: Sequence[str], i: int) -> str:
    """ "has taken" is active, "the taken town" an adjective, "was taken" passive."""
    before = raw[before_adverbs(raw, i)] if i else ""
    if before == "H":
        return "V"
    return "A" if before in ("D", "S") and i + 1 < len(raw) and raw[i + 1] in "NKAEbZ" else "p"


def common(word: str, lexicon: Lexicon) -> bool:
    """Whether a word that opens a sentence is no name: a person, event or site in the plural, or a word of the cues."""
    noun = singular(word, lexicon)
    return (
        (noun != word and is_person(noun, lexicon) and noun not in DEMONYMS)
        or noun in lexicon.events
        or noun in lexicon.sites
        or word in OPENERS
    )


def before_adverbs(raw: Sequence[str], i: int) -> int:
    i -= 1
    while i > 0 and raw[i] in "aGt":
        i -= 1
    return max(i, 0)


def noun_or_verb(found: Sentence, raw: list[str], i: int, lexicon: Lexicon) -> str:
    """The class of a word such as "strike", "protests", "cut" by its neighbours."""
    letter = raw[i]
    before = raw[before_adverbs(raw, i)] if i else ""
    direct = raw[i - 1] if i else ""
    after = raw[i + 1] if i + 1 < len(raw) else "."
    word = found.words[i]
    base = found.bases[i]
    if base in lexicon.pure_verbs and not (direct in ("Q", "q") and after == "N"):
        if before in ("X", "H"):
            return "p" if before == "X" else "V"
        if same_past(base, lexicon) and direct == "Q" and after in ("I", "B"):
            return "p"  # "with three put under house arrest"
        if letter == "b" and before == "C":
            earlier = previous_verb(raw, i - 1)
            return "b" if earlier >= 0 and raw[earlier] == "b" else "V"  # "to storm the base and kill"
        return "b" if letter == "b" and (before in ("M", "T", "F") or i == 0) else "V"
    if letter == "b":
        if direct == "T" and after == "B" and word in lexicon.events and i > 1 and raw[i - 2] == "N":
            return "N"  # "an end to strike by 300"
        if before in ("M", "T", "F", "P", "R"):
            return "b" if before in ("M", "T", "F") else "V"
        if before in ("X", "H"):
            return ("p" if before == "X" else "V") if same_past(base, lexicon) else "N"
        if direct in NOUN_BEFORE or direct in ("I", "B"):
            return "N"
        if after == "O" and before == "N" and word in lexicon.events:
            return "N"  # "the police massacre of 34 miners"
        if direct in ("Q", "q") and after == "N" and i > 1 and raw[i - 2] in "IOB":
            return "N"  # "following 23 rescue operations"
        if direct in ("Q", "q"):  # "Thousands march", "20 hurt", but "one strike", "300 state troopers"
            if after in "EAL" and person_ahead(found, raw, i + 2, lexicon):
                return "N"  # "1,300 state employed miners"
            if after in "NZ" and not same_past(base, lexicon):
                following = singular(found.words[i + 1], lexicon)
                return (
                    "N"
                    if is_person(following, lexicon)
                    or person_ahead(found, raw, i + 1, lexicon)
                    or following in ("police", "staff", "troop")
                    or base not in lexicon.cue_verbs
                    else "V"
                )
            return (
                "N"
                if found.words[i - 1] in ("one", "1", "a")
                else ("p" if same_past(base, lexicon) and after not in PHRASE_START else "V")
            )
        if before in ("N", "K", "t", ")", ","):
            noun = found.words[before_adverbs(raw, i)]
            counted = before == "K" and noun.endswith("s") and i > 1 and raw[i - 2] in "Qq"  # "614,000 Somalis live"
            if counted or (before == "N" and (is_plural(noun, lexicon) or noun in ("police",))):
                if same_past(base, lexicon) and after not in PHRASE_START:
                    return "p"
                return "V" if (after in "DSkQqKAPNIaTtEO-'OBU.,bZg" and after != "N") or after == "N" else "N"
            if same_past(base, lexicon) and after in "DSkQqP":
                return "V"
            return "N"
        if before == "C" and i > 1:
            earlier = previous_verb(raw, i - 1)
            joined = earlier >= 0 and (
                after in "DSkQqPT"
                or (after == "I" and found.words[i + 1] == "off" and raw[i + 2 : i + 3] in (["Q"], ["k"], ["D"]))
                or (after == "I" and base in ("hope", "call", "push", "press", "wait"))
            )
            return ("b" if raw[earlier] == "b" else "V") if joined else "N"
        if i == 0:
            return "N" if after not in "DSQkP" else "b"
        return "N"
    if direct in NOUN_BEFORE or direct in ("Q", "q", "I", "B", "E", "p"):
        return "N"
    if before in ("R", "P"):
        return "V"
    if (
        before in (",", "C")
        and (after in "Qk" or (after in "DS" and before == "C"))
        and previous_verb(raw, before_adverbs(raw, i)) >= 0
    ):
        return "V"  # "kills two, injures eleven"
    if after in ("Q", "k") and base in lexicon.cue_verbs and before in ("N", "K", "g"):
        return "V"  # "string of bombs kills at least 80", "shooting injures three"
    if (
        after == "I"
        and before in ("N", "K")
        and base in lexicon.cue_verbs
        and found.words[i + 1] in ("off", "up", "out", "down", "away")
        and raw[i + 2 : i + 3] in (["Q"], ["k"])
    ):
        return "V"  # "firm lays off 1,200"
    if before in ("N", "K", ")") and (
        after in "DSkQqPT'WU" or after == "a" or (after == "K" and before != "K") or (before == "K" and after in "IAN")
    ):
        return "V" if not (before == "N" and is_plural(found.words[i - 1], lexicon)) else "N"
    return "N" if word.endswith("s") else letter


def person_ahead(found: Sentence, raw: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """Whether nouns at token i end in one for people, in the plural."""
    while i < len(raw) and raw[i] in "NKA" and not is_plural(found.words[i], lexicon):
        i += 1
    return i < len(raw) and raw[i] in "NK" and is_person(singular(found.words[i], lexicon), lexicon)


def same_past(base: str, lexicon: Lexicon) -> bool:
    """Whether base form and past are one word: "cut", "hurt", "hit"."""
    return base in SAME_PAST


SAME_PAST = frozenset("cut hurt hit put set shed split spread quit cost shut let cast read overcome overrun".split())


def past_or_participle(found: Sentence, raw: list[str], i: int, lexicon: Lexicon) -> str:
    """V for a finite past, p for a passive participle, A for one before its noun."""
    before_at = before_adverbs(raw, i)
    before = raw[before_at] if i else ""
    direct = raw[i - 1] if i else ""
    after = raw[i + 1] if i + 1 < len(raw) else "."
    if after == "P" and found.words[i + 1] == "there" and raw[i + 2 : i + 3] not in (["X"], ["Q"], ["k"], ["D"]):
        after = "."  # "296 killed there", but "reported there were 20"
    if before == "X":
        return "p"
    if before == "H":
        return "V"
    if found.bases[i] in NEVER_PASSIVE and after not in "NK":
        return "V"  # "three of the injured later died"
    told_apart = after in "Qk" and found.words[i - 1] in ("first", "second", "third", "latter", "former", "other")
    if direct in ("D", "S", "A", "k") and after in "NKAbZEgQ" and not told_apart:  # "the first killed 12"
        return "A"
    is_compound = direct == "N" and i > 1 and raw[i - 2] in "Qq" and not is_plural(found.words[i - 1], lexicon)
    if is_compound and after == "N" and person_ahead(found, raw, i + 1, lexicon):
        return "p"  # "1,300 state employed miners"
    if direct == "a" and i > 1 and raw[i - 2] in "Qq" and after in "N" and person_ahead(found, raw, i + 1, lexicon):
        return "A"  # "20 mostly retired generals"
    if (direct in ("O", "I") or i == 0) and after in "NKA" and object_follows(found, raw, i + 1):
        return "A"  # "dozens of suspected migrants"
    if direct in ("Q", "q") and after in "NKAbZE" and object_follows(found, raw, i + 1):
        return "A" if ruled(raw, i - 1) or describes(found, raw, i, lexicon) else "V"
    if before in ("T",):
        return "A"
    if before in ("R", "P") or (i + 1 < len(raw) and found.words[i + 1] == "that" and before in ("N", "K")):
        return "V"
    if (
        after == "C"
        and raw[i + 2 : i + 3] == ["E"]
        and raw[i + 3 : i + 4]
        and raw[i + 3] in "DSkQqPK"
        and before in "NKP"
    ):
        return "V"  # "shot and killed two men"
    if after == "B" and before != "H":
        return "p"  # "manned by 150 drivers"
    if before == "C" or (before == "," and i > 1):
        verb = previous_verb(raw, before_at)
        if before == "," and found.bases[i] not in patient_verbs() and after not in PHRASE_START:
            return "V"
        if verb >= 0 and raw[verb] == "p" and ((before == "C" and before_at - verb == 1) or after not in PHRASE_START):
            return "p"
        if verb >= 0 and raw[verb] == "V" and after in PHRASE_START:
            return "V"
        is_object = after in "DSkQqPK" or (after in "NA" and object_follows(found, raw, i + 1))
        alone = verb < 0 and not FINITE_AHEAD.search("".join(raw[i + 1 :]))  # "16,000 in all, downed tools"
        return "V" if is_object and (before == "C" or after in "DSkQqPK" or alone) else "p"
    base = found.bases[i]
    if after == "B":
        return "p"  # "manned by 150 drivers"
    if after == "g" and base == "hold" and raw[i + 2 : i + 3] in (["N"], ["Z"]) and before in ("N", "K"):
        return "V"  # "16,000 workers held warning strikes"
    if after == "I" and before in ("N", "K") and takes_particle(found, raw, i + 1):
        return "V"  # "employees called off their strike"
    if after in "DSkQqPK" or (after in "NAZ" and i and direct in "NKPQ)" and object_follows(found, raw, i + 1)):
        return "V"
    if base in patient_verbs():
        return "p"
    return "V" if before in ("N", "K", "Q", "q", ")", "'", "t", "A") else "p"


def takes_particle(found: Sentence, raw: Sequence[str], i: int) -> bool:
    """Whether "off", "up" or "down" at token i stands before an object that is no time: "called off their strike"."""
    object_opens = raw[i + 1 : i + 2] in (["S"], ["D"]) and raw[i + 2 : i + 3] != ["t"]
    return object_opens and found.words[i] in ("off", "up", "down")


def ruled(raw: Sequence[str], number: int) -> bool:
    """Whether a number is an object or stands behind a preposition, and so is no subject."""
    i = number - 1
    while i >= 0 and raw[i] in "kDa":
        i -= 1
    return i >= 0 and raw[i] in "VbgIOTBS"


def describes(found: Sentence, raw: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """Whether a participle behind a number belongs to the noun: "13 injured men", but not "13 suffered burns"."""
    if found.bases[i] in patient_verbs() or found.words[i] not in lexicon.verbs:
        return True
    end = i + 1
    while end < len(raw) and raw[end] in "NKAbZE" and not is_plural(found.words[end], lexicon):
        end += 1
    return end < len(raw) and raw[end] in "NK" and is_person(singular(found.words[end], lexicon), lexicon)


def object_follows(found: Sentence, raw: Sequence[str], i: int) -> bool:
    """Whether adjectives at token i lead to a noun: "wounded several people", not "feared dead"."""
    while i < len(raw) and raw[i] in "Aa":
        i += 1
    return i < len(raw) and raw[i] in "NKEgbZQkD"


def previous_verb(raw: Sequence[str], i: int) -> int:
    for j in range(i - 1, max(-1, i - 25), -1):
        if raw[j] in "Vpbg":
            return j
        if raw[j] in "U;:":
            return -1
    return -1


@cache
def patient_verbs(language: str = "en") -> frozenset[str]:
    rules = load_measures(language)
    return frozenset(verb for verb in rules.verbs if verb not in rules.acts) | PATIENTS


# --- noun phrases -------------------------------------------------------------------------------


def phrase_left(sentence: Sentence, number: int) -> int:
    """First token of the noun phrase of a number: over its qualifier, adjectives and determiner."""
    tags, i = sentence.tags, number
    while i > 0 and tags[i - 1] in "kDSAa(":
        if tags[i - 1] == "S" and sentence.words[i - 1] == "'s":
            i -= 1
            while i > 0 and tags[i - 1] in "KNA":
                i -= 1
            continue
        if (
            tags[i - 1] == "a"
            and not (i > 1 and tags[i - 2] in "DSIOTBVbp")
            and sentence.words[i - 1] in ("still", "already", "later", "again")
        ):
            break
        if i > 1 and sentence.words[i - 2] == "in" and sentence.words[i - 1] in ("all", "total"):
            break  # "in all, 300"
        if sentence.words[i - 1] == "included":
            break  # "the dead included two firefighters"
        if tags[i - 1] == "(" or (
            tags[i - 1] == "A" and not (i > 1 and tags[i - 2] in "DSkA") and sentence.words[i - 1] not in BEFORE_NUMBER
        ):
            break
        i -= 1
    if i and sentence.words[i - 1 : i + 1] in (["at", "least"], ["at", "most"]):
        i -= 1  # "at least another 30"
    return i


def noun_right(sentence: Sentence, number: int) -> NounPhrase:
    """The noun that a number counts, right of it; "hundreds of townspeople" and "5 of the 7 men" included."""
    known = sentence.phrases.get(number)
    if known is None:  # read once, lest "12 of 7 of 12 of" over and over be read from each of its numbers to the end
        known = sentence.phrases[number] = read_noun_right(sentence, number)
    return known


def read_noun_right(sentence: Sentence, number: int) -> NounPhrase:
    tags, size = sentence.tags, sentence.size
    left = phrase_left(sentence, number)
    i = number + 1
    if number > 1 and tags[number - 1] == "(" and tags[number - 2] == "Q" and next_is(tags, number, ")"):
        left, i = phrase_left(sentence, number - 2), number + 2  # "25 crore (250 million) workers"
    if next_is(tags, number, "g") and next_is(tags, number + 1, "NKDSA") and is_vague_plural(sentence.words[number]):
        return NounPhrase(left, number, None, None)  # "thousands joining the marches"
    while i < size and tags[i] == "u":
        i += 1
    if i < size and tags[i] == "O":
        j = i + 1
        while j < size and (
            tags[j] in "DSkAa'"
            or (tags[j] in "NK" and "S" in tags[j + 1 : j + 3])
            or (tags[j] == "K" and next_is(tags, j, "SKA"))
        ):
            j += 1
        if j < size and tags[j] == "P":
            return NounPhrase(left, j, None, None)
        if j < size and tags[j] in "UpV" and sentence.words[j - 1] in ("those", "the"):
            return NounPhrase(left, j - 1, None, None)  # "five of those arrested"
        if j < size and tags[j] in "R":
            head = antecedent(sentence, number) if sentence.words[j] == "which" else None
            return NounPhrase(left, j, head, None)
        if j < size and tags[j] in "Qq":
            inner = noun_right(sentence, j)
            return NounPhrase(left, inner.right, inner.head, j)
        head, right = head_noun(sentence, i + 1)
        return (
            NounPhrase(left, right, head, None)
            if head is not None
            else NounPhrase(left, max(right, number), None, None)
        )
    if i < size and tags[i] == "-":
        i += 1
        if (
            i + 1 < size
            and tags[i] == "N"
            and sentence.starts[i] == sentence.ends[i - 1]
            and sentence.words[i] != "strong"
        ):
            return NounPhrase(left, i, i, None)  # "a 146-room hotel" has 146 rooms
    if tags[number] == "Q" and sentence.words[i : i + 1] == ["the"]:
        return NounPhrase(left, number, None, None)  # "brought to seven the number of arrests"
    head, right = head_noun(sentence, i)
    return NounPhrase(left, max(right, i - 1, number), head, None)


def is_vague_plural(word: str) -> bool:
    """ "thousands", "tens of thousands": a number that stands for people without a noun."""
    return word.endswith(("hundreds", "thousands", "dozens", "scores", "millions"))


def antecedent(sentence: Sentence, i: int) -> int | None:
    """The noun before the comma of ", several of which"."""
    return next((j for j in range(i - 1, max(-1, i - 4), -1) if sentence.tags[j] == "N"), None)


def next_is(tags: str, i: int, letters: str) -> bool:
    return i + 1 < len(tags) and tags[i + 1] in letters


def head_noun(sentence: Sentence, i: int) -> tuple[int | None, int]:
    """Head and last token of the noun phrase that begins at token i; its first plural noun, else its last noun."""
    tags, size, lexicon = sentence.tags, sentence.size, load_lexicon()
    head: int | None = None
    first = i
    while i < size and i < first + 10:
        letter = tags[i]
        if letter in "NK":
            word = sentence.words[i]
            head = i
            if is_plural(word, lexicon) and not (letter == "K" and next_is(tags, i, "K(")):
                after = tags[i + 1] if i + 1 < size else "."
                if (
                    after == "N"
                    and word not in ("people", "others")
                    and is_plural(sentence.words[i + 1], lexicon)
                    and (word not in FULL_HEADS or sentence.words[i + 1] in ("officers", "troops", "personnel"))
                    and not are_people(word, sentence.words[i + 1], lexicon)
                ):
                    i += 1
                    continue
                if after == "N" and word in (
                    "police",
                    "security",
                    "troops",
                    "forces",
                    "arms",
                    "sports",
                    "women",
                    "crew",
                    "staff",
                    "rights",
                ):
                    i += 1
                    continue
                return i, i
        elif letter == "A" or letter == "a" or letter == "'":
            if (
                head is None
                and sentence.words[i] == "more"
                and not next_is(tags, i, "NKA'")
                and not (next_is(tags, i, "gp") and next_is(tags, i + 1, "N"))
            ):
                return i, i
            if (
                head is not None
                and letter == "A"
                and next_is(tags, i, "N")
                and is_plural(sentence.words[i + 1], lexicon)
            ):
                head = None  # "five opposition political groups"
            if head is not None or (letter == "a" and not next_is(tags, i, "ANKgpE")):
                break
            if letter == "'" and i > first and head is None and not next_is(tags, i, "NKA"):
                break
        elif letter == "(" and head is not None and tags[head] == "K" and (end := bracket_end(tags, i)) is not None:
            i = end  # "Verizon Communications (VZ.N) workers"
        elif (
            letter in "gp"
            and next_is(tags, i, "NK")
            and (head is None or (letter == "p" and not is_plural(sentence.words[head], lexicon)))
        ):
            pass  # "300 striking workers", "1,300 state employed miners"
        elif letter == "S" and head is not None:
            head = None  # "all 14 of the county's schools"
        elif letter == "D" or letter == "S":
            if head is not None or i > first + 2:
                break
        elif (
            (letter == "S" and head is not None)
            or (
                ((letter == "C" and head is None) or letter == ",")
                and i > first
                and tags[i - 1] in "AK"
                and next_is(tags, i, "AK")
                and modifiers_end_in_noun(tags, i + 1)
            )
            or (
                letter == "C"
                and head is not None
                and tags[head] == "K"
                and next_is(tags, i, "AK")
                and modifiers_end_in_noun(tags, i + 1)
            )
            or (letter == "," and tags[i - 1] == "A" and next_is(tags, i, "pV") and next_is(tags, i + 1, "N"))
            or (letter == "C" and head is not None and describes_too(sentence, head, i))
        ):
            head = None
        elif letter in "-" and head is not None and next_is(tags, i, "NK"):
            pass
        else:
            break
        i += 1
    return head, (i - 1 if head is not None else first - 1)


def are_people(word: str, following: str, lexicon: Lexicon) -> bool:
    """ "the contract of 9,000 nurses expires": a plural of people before what is none is the whole noun."""
    return is_person(singular(word, lexicon), lexicon) and not is_person(singular(following, lexicon), lexicon)


def describes_too(sentence: Sentence, noun: int, i: int) -> bool:
    """ "14,500 factory and white-collar workers": a noun in the singular before "and" describes the one behind."""
    tags, words, lexicon = sentence.tags, sentence.words, load_lexicon()
    if is_plural(words[noun], lexicon) or tags[noun] != "N" or words[i] not in ("and", "or"):
        return False
    last = i + 1
    while last < sentence.size and last < i + 4 and tags[last] in "NA" and not is_plural(words[last], lexicon):
        last += 1
    return i + 1 < last < sentence.size and tags[last] == "N" and is_plural(words[last], lexicon)


def bracket_end(tags: str, i: int) -> int | None:
    """The closing bracket of a short insertion that a noun follows."""
    end = tags.find(")", i, i + 8)
    return end if end > 0 and next_is(tags, end, "N") else None


def modifiers_end_in_noun(tags: str, i: int) -> bool:
    while i < len(tags) and tags[i] in "AKa":
        i += 1
    return i < len(tags) and tags[i] == "N"


def skip_phrase(sentence: Sentence, i: int) -> int:
    """The token after the noun phrase, with its of-chain, that begins at token i."""
    tags, size = sentence.tags, sentence.size
    while i < size:
        letter = tags[i]
        if (
            letter in "DSkQquANKt'Po"
            or (letter == "a" and next_is(tags, i, "AEgN"))
            or (letter == "g" and next_is(tags, i, "NK") and i and tags[i - 1] in "DSAIO")
            or letter == "O"
            or letter == "-"
            or (letter == "C" and next_is(tags, i, "NKADSQk") and not verb_follows(sentence, i + 1))
        ):
            i += 1
        else:
            break
    return i


def verb_follows(sentence: Sentence, i: int) -> bool:
    """Whether the phrase at token i is the subject of a verb of its own."""
    tags, size = sentence.tags, sentence.size
    end = i
    while end < size and tags[end] in "DSkQquANKta'O":
        end += 1
    return end < size and tags[end] in "VXHMF"


# --- verbs --------------------------------------------------------------------------------------


def verb_phrase(sentence: Sentence, main: int) -> VerbPhrase:
    """Auxiliaries, voice, tense, modal and negation of the main verb at a token."""
    known = sentence.verb_phrases.get(main)
    if known is None:
        known = sentence.verb_phrases[main] = read_verb_phrase(sentence, main)
    return known


def read_verb_phrase(sentence: Sentence, main: int) -> VerbPhrase:
    tags, words = sentence.tags, sentence.words
    i, auxiliaries, modal, negated = main, [], None, False
    limit = max(-1, main - 8)
    while i - 1 > limit and tags[i - 1] in "XHMFGaTtC":
        letter = tags[i - 1]
        if letter == "C":
            break
        if letter == "G" or words[i - 1].endswith("n't") or (letter == "a" and words[i - 1] in ("hardly", "barely")):
            negated = True
        elif letter == "M":
            modal = sentence.bases[i - 1]
        elif letter == "T" and words[i - 2 : i - 1] != ["had"]:  # "had to be evacuated": and so they were
            modal = modal or "to"
        if letter in "XHMF":
            auxiliaries.append(sentence.bases[i - 1])
        i -= 1
    if (
        not auxiliaries and modal is None and tags[main] == "p" and main >= 2 and tags[main - 1] in "C,"
    ):  # "were arrested and deported"
        earlier = previous_verb(tags, main - 1)
        if earlier >= 0 and tags[earlier] == "p":
            other = read_verb_phrase(sentence, earlier)
            return VerbPhrase(
                main, other.start, sentence.bases[main], "passive", other.tense, other.modal, other.negated
            )
    letter = tags[main]
    if letter == "b" and modal is None and main >= 2 and tags[main - 1] in "C,":  # "to enter and kill"
        earlier = previous_verb(tags, main - 1)
        modal = read_verb_phrase(sentence, earlier).modal if earlier >= 0 and tags[earlier] == "b" else None
    if letter == "X":
        auxiliaries.insert(0, sentence.bases[main])
    voice = "be" if letter == "X" else "passive" if letter == "p" or ("being" in auxiliaries) else "active"
    if letter == "g" and "being" not in auxiliaries:
        voice = "active"
    return VerbPhrase(
        main, i, sentence.bases[main], voice, tense_of(sentence, main, auxiliaries, modal), modal, negated
    )


PRESENT = frozenset("is are am 're has have 've do does gets get can may must shall cannot".split())
PAST = frozenset("was were had did got could might would should".split())


def tense_of(sentence: Sentence, main: int, auxiliaries: Sequence[str], modal: str | None) -> str:
    """past, present (the perfect is past: what has happened), future or none."""
    if modal in ("will", "'ll", "shall"):
        return "future"
    finite: str | None = None
    if auxiliaries:
        finite = next((word for word in reversed(auxiliaries) if word in PRESENT or word in PAST), None)
    if finite in ("has", "have", "'ve", "had") and (len(auxiliaries) > 1 or sentence.tags[main] in "Vp"):
        return "past"
    if finite in PAST:
        return "past"
    if finite in PRESENT:
        return "present"
    letter = sentence.tags[main]
    if letter == "V":
        word, base = sentence.words[main], sentence.bases[main]
        return "present" if word == base or (word.endswith("s") and not word.endswith("ss")) else "past"
    if letter == "p":
        return "past"
    return "none"


VERBAL = re.compile(r"[VXpMHFbg]")


def has_verb(sentence: Sentence) -> bool:
    """Whether a sentence has a verb in any form; a table or a dateline has none."""
    if sentence.verbal is None:
        sentence.verbal = VERBAL.search(sentence.tags) is not None
    return sentence.verbal


def clause_bounds(sentence: Sentence, number: int) -> tuple[int, int]:
    """First and last token of the stretch that shares a finite verb with the number."""
    if sentence.clauses is None:
        sentence.clauses = find_clauses(sentence)
    return sentence.clauses[number]


BREAKS = re.compile(r"[;:\-URC]")
BROKEN = re.compile(r"[;:\-URCW]")
RULING = re.compile(r"[VXpMHF]")


def find_clauses(sentence: Sentence) -> list[tuple[int, int]]:
    """For each token the first and last token of its clause; the sentence where its stretch has no verb."""
    last = sentence.size - 1
    if BROKEN.search(sentence.classes) is None:  # a look at the words out of context saves their settling
        return [(0, last)] * sentence.size
    breaks = [m.start() for m in BREAKS.finditer(sentence.tags) if is_boundary(sentence, m.start())]
    if not breaks:
        return [(0, last)] * sentence.size
    found: list[tuple[int, int]] = []
    left = 0
    for stop in [*breaks, last + 1]:
        right = max(left, stop - 1)
        ruled = RULING.search(sentence.tags, left, stop) is not None
        found += [(left, right) if ruled else (0, last)] * (stop - left)
        if stop <= last:
            found.append((0, last))
        left = stop + 1
    return found


def is_boundary(sentence: Sentence, i: int) -> bool:
    """Whether a clause ends at token i: a semicolon or colon, or a conjunction with a verb of its own to come."""
    letter = sentence.tags[i]
    if letter in ";:":
        return True
    if letter == "-":
        return 0 < i < sentence.size - 1 and sentence.starts[i] > sentence.ends[i - 1]
    if letter in "UR":
        return verb_follows(sentence, i + 1) or next_is(sentence.tags, i, "VXHM")
    if letter == "C":
        return verb_follows(sentence, i + 1)
    return False
