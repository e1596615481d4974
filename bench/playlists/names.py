"""How the benchmark decides that two names mean one song: on purpose simpler than Nearsong's own rules, and apart from them.

Lower case, no accents, no punctuation; "(feat. X)" and "- 2011 Remaster" and the like go, every other suffix stays.
"""

import re
import unicodedata

GUEST = re.compile(r"[(\[]\s*(?:feat|ft|featuring|with)\b[^)\]]*[)\]]|\s(?:feat\.?|ft\.|featuring)\s.*$")
EDITION_WORDS = r"\b(?:remaster(?:ed)?|single version|album version|radio edit|mono|stereo|original mix|deluxe)\b"
EDITION = re.compile(rf"\s-\s[^-]*{EDITION_WORDS}.*$|[(\[][^)\]]*{EDITION_WORDS}[^)\]]*[)\]]")
NO_WORD = re.compile(r"[^\w]+")


def plain(text):
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text):
    """The words of a text, parted by single spaces."""
    return NO_WORD.sub(" ", text).strip()


def fold_name(text):
    """An artist's name, or a title with everything that it says."""
    text = plain(text)
    return words(text) or text.strip()


def fold_title(text):
    """A title without guests and editions; one that would lose everything keeps everything."""
    return words(EDITION.sub("", GUEST.sub("", plain(text)))) or fold_name(text)
