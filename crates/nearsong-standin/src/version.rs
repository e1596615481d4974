use nearsong_types::{AudioFeature, Track};

use crate::studio::{Act, Studio};

/// Another version of a track, as catalogues are full of them: a remaster, a concert, a remix, or the same recording again.
pub(crate) fn of(original: &Track, act: Act<'_>, studio: &mut Studio<'_>) -> Track {
    let mut track = original.clone();
    track.id = studio.next_id();
    track.popularity = original.popularity.map(|popularity| popularity - popularity / 5 * 2);
    let is_version_already = original.title.as_deref().is_some_and(|title| title.contains(" - "));
    match studio.draw.below(100) {
        _ if is_version_already => released_again(&mut track, studio),
        0..30 => remastered(&mut track, studio),
        30..52 => live(&mut track, studio),
        52..62 => remixed(&mut track, act, studio),
        62..70 => acoustic(&mut track, studio),
        _ => released_again(&mut track, studio),
    }
    track
}

/// The same recording under a second id.
fn released_again(track: &mut Track, studio: &mut Studio<'_>) {
    track.album = match (studio.draw.percent(45), track.genres.first(), &track.album) {
        (true, _, Some(album)) if !album.ends_with(')') => Some(format!("{album} (Deluxe Edition)")),
        (_, Some(genre), _) => {
            Some(studio.lexicon.text("album.compilation", &mut studio.draw).replace("GENRE", &capitalised(genre)))
        }
        (_, None, album) => album.clone(),
    };
}

fn remastered(track: &mut Track, studio: &mut Studio<'_>) {
    let year = studio.lexicon.text("year", &mut studio.draw);
    let note = if studio.draw.percent(60) { format!("Remastered {year}") } else { format!("{year} Remaster") };
    add_to_title(track, &note);
    track.album = track.album.take().map(|album| format!("{album} (Remastered)"));
    let loudness = track.audio.get(AudioFeature::Loudness).map(|value| (value + 1.5).min(1.0));
    track.audio.set(AudioFeature::Loudness, loudness);
}

fn live(track: &mut Track, studio: &mut Studio<'_>) {
    let album = studio.lexicon.text("album.live", &mut studio.draw);
    let note = if album.starts_with("Live ") && studio.draw.percent(40) { album.clone() } else { "Live".to_owned() };
    add_to_title(track, &note);
    track.album = Some(album);
    track.duration_ms = track.duration_ms.map(|duration| duration + 4_000 + studio.draw.below(50_000) as u32);
    set(track, AudioFeature::Liveness, studio.draw.between(620, 985));
}

fn remixed(track: &mut Track, act: Act<'_>, studio: &mut Studio<'_>) {
    let remixer = act.scene.artists.start + studio.draw.index(act.scene.artists.len());
    if remixer == act.at || track.artists.contains(&act.artists[remixer].name) {
        return released_again(track, studio);
    }
    let remixer = act.artists[remixer].name.clone();
    add_to_title(track, &format!("{remixer} Remix"));
    track.artists.push(remixer);
    set(track, AudioFeature::Danceability, studio.draw.between(620, 860));
    set(track, AudioFeature::Energy, studio.draw.between(640, 920));
    set(track, AudioFeature::Tempo, studio.draw.between(118_000, 130_000));
}

fn acoustic(track: &mut Track, studio: &mut Studio<'_>) {
    add_to_title(track, "Acoustic");
    track.album = track.title.clone();
    set(track, AudioFeature::Acousticness, studio.draw.between(780, 980));
    set(track, AudioFeature::Energy, studio.draw.between(120, 380));
}

fn add_to_title(track: &mut Track, note: &str) {
    track.title = track.title.take().map(|title| format!("{title} - {note}"));
}

/// Sets a feature, in thousandths, unless the track was never analysed.
fn set(track: &mut Track, feature: AudioFeature, thousandths: i64) {
    if !track.audio.is_empty() {
        track.audio.set(feature, Some(thousandths as f32 / 1000.0));
    }
}

/// `neo-soul` as `Neo Soul`.
fn capitalised(genre: &str) -> String {
    let words = genre.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}
