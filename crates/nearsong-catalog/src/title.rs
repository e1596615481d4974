use crate::fold::{fold, fold_name};

/// A title reduced to what names the recording: folded, without guests and without words that name a mere edition.
///
/// "- 2011 Remaster", "(Deluxe Edition)", "(feat. X)", "- Radio Edit", "- Mono" go; "- Live", "(Acoustic)", "(X Remix)",
/// "- Karaoke Version" and whatever else is not known to be an edition stays. A title that would lose everything keeps
/// everything.
pub(crate) fn fold_title(title: &str) -> String {
    let title = if title.trim().is_empty() { title } else { title.trim() };
    let folded = if may_have_parts(title) { fold_parts(title) } else { String::new() };
    let folded = if folded.is_empty() { fold_name(title) } else { folded };
    // Once more, for what folding itself laid bare ("féat."), so that folding twice changes nothing.
    without_guests(&folded).to_owned()
}

/// A title reduced to what names the work: as [`fold_title`] and also without "- Live", "(Acoustic)", "(X Remix)" and the
/// like, so that all versions of one song have one work.
pub(crate) fn fold_work(title: &str) -> String {
    let folded = if may_have_parts(title) { join_parts(title, work_words) } else { String::new() };
    if folded.is_empty() { fold_title(title) } else { folded }
}

fn fold_parts(title: &str) -> String {
    join_parts(title, kept_words)
}

/// Folds a title's parts, brackets and suffixes through `kept`, and joins what is left.
fn join_parts(title: &str, kept: fn(&str) -> String) -> String {
    let mut folded = String::with_capacity(title.len());
    for part in parts(title) {
        let kept = match part.kind {
            Kind::Head => fold(without_guests(part.text)),
            Kind::Suffix => kept(without_guests(part.text)),
            Kind::Bracket => kept(part.text),
        };
        if !folded.is_empty() && !kept.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&kept);
    }
    folded
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Head,
    /// Behind a dash.
    Suffix,
    /// Inside brackets.
    Bracket,
}

#[derive(Debug, PartialEq, Eq)]
struct Part<'a> {
    kind: Kind,
    text: &'a str,
}

const OPENING: [char; 5] = ['(', '[', '（', '［', '【'];
const CLOSING: [char; 5] = [')', ']', '）', '］', '】'];
const DASHES: [&str; 3] = [" - ", " – ", " — "];

fn may_have_parts(title: &str) -> bool {
    title.contains(OPENING) || DASHES.iter().any(|dash| title.contains(dash)) || may_name_guests(title)
}

/// Whether " fe…" or " ft…" stands somewhere: quicker than to look for each of the words.
fn may_name_guests(text: &str) -> bool {
    text.as_bytes().windows(3).any(|w| w[0] == b' ' && matches!(w[1], b'f' | b'F') && b"eEtT".contains(&w[2]))
}

/// Cuts a title at its brackets and dashes; nested brackets belong to the outer ones.
fn parts(title: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut kind = Kind::Head;
    let mut start = 0;
    let mut depth = 0usize;
    for (at, c) in title.char_indices() {
        let after = at + c.len_utf8();
        if OPENING.contains(&c) {
            if depth == 0 {
                parts.push(Part { kind, text: &title[start..at] });
                start = after;
            }
            depth += 1;
        } else if CLOSING.contains(&c) && depth > 0 {
            depth -= 1;
            if depth == 0 {
                parts.push(Part { kind: Kind::Bracket, text: &title[start..at] });
                start = after;
            }
        } else if depth == 0
            && at > start
            && let Some(dash) = DASHES.iter().find(|dash| title[at..].starts_with(**dash))
        {
            parts.push(Part { kind, text: &title[start..at] });
            kind = Kind::Suffix;
            start = at + dash.len();
        } else if depth == 0 && at == start && DASHES.iter().any(|dash| title[at..].starts_with(dash)) {
            // Directly behind a bracket or another dash: "Song (Live) - Remastered".
            kind = if parts.is_empty() { Kind::Head } else { Kind::Suffix };
        }
    }
    let last = if depth > 0 { Kind::Bracket } else { kind };
    parts.push(Part { kind: last, text: title.get(start..).unwrap_or_default() });
    parts
}

/// The text before "feat. X".
fn without_guests(text: &str) -> &str {
    if !may_name_guests(text) {
        return text;
    }
    let lower = text.to_ascii_lowercase();
    let guests = [" feat. ", " feat ", " featuring ", " ft. "].iter().filter_map(|word| lower.find(word)).min();
    match guests.filter(|&at| !lower[..at].trim().is_empty()) {
        // "6 Ft. 7 Ft." speaks of feet.
        Some(at) if lower[..at].ends_with(|c: char| c.is_ascii_digit()) && lower[at..].starts_with(" ft.") => text,
        Some(at) => &text[..at],
        None => text,
    }
}

const GUEST_WORDS: [&str; 6] = ["feat", "ft", "featuring", "prod", "duet", "starring"];
/// What follows "with" where it belongs to the title and names no guest.
const NOT_GUESTS: [&str; 18] = [
    "you", "me", "u", "ya", "your", "my", "a", "it", "us", "them", "him", "her", "love", "no", "all", "this", "that",
    "out",
];
const REMASTER_WORDS: [&str; 7] =
    ["remaster", "remastered", "remastering", "remasterizado", "remasterizada", "remasterise", "remasterisee"];
/// Words that by themselves say that the text before them is the same recording.
const EDITION_WORDS: [&str; 20] = [
    "mono",
    "stereo",
    "deluxe",
    "explicit",
    "clean",
    "anniversary",
    "bonus",
    "original",
    "single",
    "album",
    "edit",
    "edited",
    "edition",
    "expanded",
    "radio",
    "uncensored",
    "lp",
    "ep",
    "studio",
    "soundtrack",
];
/// Words that may stand beside them. Rudy Van Gelder's name stands on the remasters of his own recordings.
const FILLERS: [&str; 16] = [
    "version",
    "versao",
    "mix",
    "track",
    "digital",
    "digitally",
    "the",
    "en",
    "in",
    "super",
    "special",
    "lyrics",
    "rudy",
    "van",
    "gelder",
    "rvg",
];

/// The folded words of a bracket or suffix that tell recordings apart; empty for guests, editions and remasters.
fn kept_words(text: &str) -> String {
    if names_a_film(text) {
        return String::new();
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let is_guest = GUEST_WORDS.contains(&words[0])
        || (words[0] == "with" && words.get(1).is_some_and(|next| !NOT_GUESTS.contains(next)));
    if is_guest {
        return String::new();
    }
    let is_remaster = |word: &str| REMASTER_WORDS.contains(&word);
    let is_edition = |word: &str| EDITION_WORDS.contains(&word);
    let is_filler =
        |word: &str| is_remaster(word) || is_edition(word) || FILLERS.contains(&word) || is_year_or_ordinal(word);
    if words.iter().any(|word| is_remaster(word)) {
        return words.into_iter().filter(|word| !is_filler(word)).collect::<Vec<_>>().join(" ");
    }
    if words.iter().any(|word| is_edition(word)) && words.iter().all(|word| is_filler(word)) {
        return String::new();
    }
    folded
}

/// Words that make a bracket or suffix tell of a version of the work before it.
const VERSION_WORDS: [&str; 22] = [
    "live",
    "remix",
    "mix",
    "acoustic",
    "acustico",
    "unplugged",
    "instrumental",
    "karaoke",
    "cover",
    "demo",
    "version",
    "edit",
    "rework",
    "bootleg",
    "dub",
    "session",
    "sessions",
    "sped",
    "slowed",
    "reprise",
    "alternate",
    "piano",
];

/// The folded words of a bracket or suffix that belong to the work; empty where they tell of a version of it.
fn work_words(text: &str) -> String {
    let kept = kept_words(text);
    if kept.split(' ').any(|word| VERSION_WORDS.contains(&word)) { String::new() } else { kept }
}

fn is_year_or_ordinal(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match &word[digits.len()..] {
        "" => is_number && digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")),
        "st" | "nd" | "rd" | "th" => is_number,
        _ => false,
    }
}

/// “From "Frozen"”, “From the Motion Picture …”: where the song was used, not which recording it is.
fn names_a_film(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let begins = ["from ", "music from", "theme from", "original motion picture", "original soundtrack"];
    let film = ['"', '“', '„', '«', '”'];
    let words = ["soundtrack", "motion picture", "film", "movie", "series", "musical"];
    begins.iter().any(|begin| lower.starts_with(begin))
        && (lower.contains(film) || words.iter().any(|word| lower.contains(word)))
}

#[cfg(test)]
mod tests;
