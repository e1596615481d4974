use proptest::prelude::*;

use super::*;

fn check_same(title: &str, other: &str) {
    assert_eq!(fold_title(title), fold_title(other), "{title} / {other}");
}

fn check_apart(title: &str, other: &str) {
    assert_ne!(fold_title(title), fold_title(other), "{title} / {other}");
}

#[test]
fn editions_of_one_recording_fold_alike() {
    for edition in [
        "Heroes - 2017 Remaster",
        "Heroes - Remastered 2009",
        "Heroes (Remastered)",
        "Heroes [2011 Digital Remaster]",
        "HEROES - Mono Version",
        "Heroes - Stereo",
        "Heroes (Deluxe Edition)",
        "Heroes (50th Anniversary Edition)",
        "Heroes - Single Version",
        "Heroes - Radio Edit",
        "Heroes - Original Mix",
        "Heroes (feat. Brian Eno)",
        "Heroes feat. Brian Eno & Robert Fripp",
        "Heroes (with Robert Fripp) - 1999 Remastered Version",
        "Heroes (From \"Christiane F.\")",
        "Heroes - From the Motion Picture Soundtrack",
        "Heroes（Remastered）",
        "Heroes (Album Version",
    ] {
        check_same(edition, "Heroes");
    }
    check_same("Song (Live) - Remastered", "Song - Live");
    check_same("Song - Live at Wembley / 2011 Remaster", "Song (Live at Wembley)");
    check_same("Tum Hi Ho (From \"Aashiqui 2\")", "Tum Hi Ho");
}

#[test]
fn other_recordings_stay_apart() {
    for other in [
        "Heroes - Live",
        "Heroes (Live at the Isle of Wight)",
        "Heroes (Acoustic)",
        "Heroes - Karaoke Version",
        "Heroes (Instrumental)",
        "Heroes - Demo",
        "Heroes (Paul Oakenfold Remix)",
        "Heroes - Extended Mix",
        "Heroes (Sped Up)",
        "Heroes (Slowed + Reverb)",
        "Heroes (Taylor's Version)",
        "Heroes (Cover)",
        "Heroes, Pt. 2",
    ] {
        check_apart(other, "Heroes");
    }
    check_apart("Stay (With Me)", "Stay");
    check_apart("Song - Live in Paris", "Song - Live in Rome");
}

#[test]
fn titles_that_are_all_brackets_or_words_of_editions_keep_them() {
    assert_eq!(fold_title("(Remastered)"), "remastered");
    assert_eq!(fold_title("Mono"), "mono");
    assert_eq!(fold_title("6 Ft. 7 Ft."), "6 ft 7 ft");
    assert_eq!(fold_title("(I Can't Get No) Satisfaction - Mono"), "i cant get no satisfaction");
    assert_eq!(fold_title("♥"), "♥");
    assert_eq!(fold_title("千本桜 (Live)"), "千本桜 live");
    assert_eq!(fold_title("Featuring You"), "featuring you");
}

proptest! {
    #[test]
    fn folding_a_title_is_idempotent_and_empties_none(
        title in r#"(feat\. |ft\. | - |\(|\)|\[|Remaster|2011|Live|with |Mono|from "|é|か|!|[a-z0-9 ]){0,12}"#
    ) {
        let once = fold_title(&title);
        prop_assert_eq!(once.is_empty(), title.is_empty(), "{}", title);
        prop_assert_eq!(fold_title(&once), once.clone());
    }

    #[test]
    fn any_title_is_folded(title in any::<String>()) {
        prop_assert_eq!(fold_title(&title).is_empty(), title.is_empty());
    }
}
