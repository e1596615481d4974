use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

use nearsong_app::{
    App, AppError, Basis, PlaylistFormat, PlaylistSong, Recommendation, Recommender, WishText, WishedPlaylist,
    answer_batch, parse_when, reason_words, write_playlist,
};

use super::{open, print, print_json, spotify};
use crate::{
    Context,
    args::{OutputArgs, RecommendArgs, WishArgs},
    clock::MachineClock,
    reasons::{list_json, list_table},
    render::{count, of_listener, percent},
};

pub fn run(context: &Context, args: &RecommendArgs) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let recommender = app.recommender(args.model, context.now, &context.bars)?;
    if let Some(file) = &args.batch {
        return batch(context, &recommender, file);
    }
    let as_of = match &args.as_of {
        Some(when) => parse_when(when, &app.time_zone_of(context.listener.as_deref())?)?,
        None => context.now,
    };
    let wish = wish_text(&args.wish);
    let made = app.recommend(&recommender, context.listener.as_deref(), &wish, as_of, &context.bars)?;
    context.bars.clear();
    if args.output.json {
        return print_json(&list_json(&recommender, &made));
    }
    if let Some(title) = &args.output.spotify {
        return publish(context, &mut app, title, args.again, &playlist_songs(&recommender, &made));
    }
    if let Some(format) = playlist_format(&args.output) {
        let mut out = BufWriter::new(io::stdout().lock());
        write_playlist(format, "Nearsong", &playlist_songs(&recommender, &made), &mut out)?;
        return Ok(out.flush()?);
    }
    print(&list_table(&recommender, &made))?;
    if context.is_quiet { Ok(()) } else { print(&foot(&recommender, &made)) }
}

fn publish(
    context: &Context,
    app: &mut App,
    title: &str,
    make_again: bool,
    songs: &[PlaylistSong],
) -> anyhow::Result<()> {
    let wish = WishedPlaylist {
        handle: title.to_owned(),
        title: title.to_owned(),
        description: format!("{} songs picked by Nearsong from what you listen to.", songs.len()),
        tracks: songs.iter().map(|song| song.track_id).collect(),
        make_again,
    };
    let published = app.publish(context.listener.as_deref(), &wish, &MachineClock, &context.bars)?;
    context.bars.clear();
    print(&spotify::published(&published))
}

fn batch(context: &Context, recommender: &Recommender, file: &Path) -> anyhow::Result<()> {
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(|source| AppError::Io { path: file.to_owned(), source })?)
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let summary = answer_batch(recommender, BufReader::new(input), &mut out, &context.bars)?;
    out.flush()?;
    context.bars.clear();
    if !context.is_quiet {
        eprintln!(
            "{} requests answered; {} of {} seeds are in the catalogue",
            count(summary.n_requests),
            count(summary.n_seeds - summary.n_unmatched),
            count(summary.n_seeds)
        );
    }
    Ok(())
}

fn wish_text(args: &WishArgs) -> WishText {
    WishText {
        like: args.like.clone(),
        not_like: args.not_like.clone(),
        genres: args.genre.clone(),
        not_genres: args.not_genre.clone(),
        mood: args.mood.clone(),
        energy: args.energy.clone(),
        tempo: args.tempo.clone(),
        years: args.years.clone(),
        adventurous: args.adventurous,
        max_per_artist: args.max_per_artist,
        explicit: args.explicit.clone(),
        not_heard_for_days: args.not_heard_for,
        new_only: args.new_only,
        limit: args.limit,
        ..WishText::default()
    }
}

fn playlist_format(args: &OutputArgs) -> Option<PlaylistFormat> {
    let formats = [
        (args.csv, PlaylistFormat::Csv),
        (args.m3u, PlaylistFormat::M3u),
        (args.jspf, PlaylistFormat::Jspf),
        (args.uris, PlaylistFormat::Uris),
    ];
    formats.into_iter().find_map(|(is_asked, format)| is_asked.then_some(format))
}

fn playlist_songs(recommender: &Recommender, made: &Recommendation) -> Vec<PlaylistSong> {
    let table = &recommender.table;
    let song = |song: &nearsong_app::RankedSong| PlaylistSong {
        track_id: table.track_ids[song.item.at()],
        title: table.title(song.item).to_owned(),
        artists: table.artist_line(song.item),
        duration_ms: table.duration_ms(song.item),
        reason: reason_words(table, &made.made_for, song),
    };
    made.list.songs.iter().map(song).collect()
}

/// What the list was made from, and what stood in its way.
fn foot(recommender: &Recommender, made: &Recommendation) -> String {
    let model = &recommender.model;
    let basis = match &made.made_for.basis {
        Basis::Listening { listener, n_plays, n_covered, n_favourites } => {
            let plays = format!(
                "From {} plays{}, {} of them songs in the catalogue",
                count(*n_plays),
                of_listener(listener),
                percent(*n_covered, *n_plays)
            );
            match n_favourites {
                0 => plays,
                n => format!("{plays}, and {} saved or most played songs", count(*n)),
            }
        }
        Basis::Songs(songs) => {
            let names = songs.iter().map(|&item| recommender.table.title(item));
            format!("From {}", names.collect::<Vec<_>>().join(", "))
        }
    };
    let mut text = format!("\n{basis}. Model {} ({}).\n", model.id.number(), model.model.algorithm);
    if recommender.is_made_up {
        text.push_str("Every song and artist here is made up.\n");
    }
    let n_songs = made.list.songs.len();
    if made.list.n_allowed == 0 {
        text.push_str("No recording of the catalogue passes what you asked for.\n");
    } else if n_songs < made.n_asked {
        text.push_str(&format!(
            "Only {n_songs} of the {} songs asked for: {} recordings pass what you asked for, and the rules leave no more. \
             Ask for less, or allow more with --max-per-artist 0.\n",
            made.n_asked,
            count(made.list.n_allowed as u64)
        ));
    }
    if let Some(newer) = recommender.newer_features {
        text.push_str(&format!(
            "The catalogue has moved on to features version {newer}; bring the model along: nearsong train --promote\n"
        ));
    }
    text
}
