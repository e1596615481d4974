use jiff::tz::TimeZone;
use nearsong_app::{
    App, AppError, Edition, EditionSong, PlaylistView, Recipe, Refreshed, Turnover, date_in, date_time_in,
};

use super::{open, print, print_json, spotify::published};
use crate::{
    Context,
    args::{PlaylistsCommand, RuleArgs},
    clock::MachineClock,
    render::{columns, count, fitted, plain, wrapped},
};

/// Editions that `history` shows.
const SHOWN: u32 = 50;

pub fn run(context: &Context, command: PlaylistsCommand) -> anyhow::Result<()> {
    let mut app = open(context)?;
    let (listener, now) = (context.listener.as_deref(), context.now);
    match command {
        PlaylistsCommand::Add { name, rules } => {
            let recipe = ruled(base(&app, listener, &name)?, &rules);
            let view = app.add_playlist(listener, &name, recipe, now)?;
            print(&format!("Added “{}” ({name}): {}.\n", plain(&view.recipe.title), rules_line(&view.recipe)))?;
            print(&format!("Make it at once: nearsong playlists refresh {name}\n"))
        }
        PlaylistsCommand::ReadyMade(args) => {
            let all = app.ready_made(listener)?;
            if args.json {
                return print_json(&all);
            }
            let row = |(name, recipe): &(String, Recipe)| vec![name.clone(), rules_line(recipe)];
            print(&columns(&all.iter().map(row).collect::<Vec<_>>(), &[]))?;
            print("Add one: nearsong playlists add NAME --spotify, or --file NAME.m3u8\n")
        }
        PlaylistsCommand::List(args) => {
            let all = app.playlists(listener)?;
            if args.json { print_json(&all) } else { print(&list(&all, &app.time_zone_of(listener)?)) }
        }
        PlaylistsCommand::Show { name, json } => {
            let view = app.playlist(listener, &name)?;
            if json.json { print_json(&view) } else { print(&show(&app, listener, &view)?) }
        }
        PlaylistsCommand::Edit { name, rules } => {
            let before = app.playlist(listener, &name)?.recipe;
            let view = app.edit_playlist(listener, &name, ruled(before, &rules), now)?;
            print(&format!("“{}” from its next edition on: {}.\n", plain(&view.recipe.title), rules_line(&view.recipe)))
        }
        PlaylistsCommand::Preview { name, json } => {
            let (edition, turnover) = app.preview_playlist(listener, &name, now, &context.bars)?;
            context.bars.clear();
            if json.json {
                return print_json(&(&edition, &turnover));
            }
            print(&songs(&edition.songs))?;
            print(&format!("\n{} Nothing was written.\n", turnover_line(&turnover)))
        }
        PlaylistsCommand::Refresh { name, json } => {
            let refreshed = app.refresh_playlist(listener, &name, &MachineClock, &context.bars)?;
            context.bars.clear();
            if json.json { print_json(&refreshed) } else { print(&describe(&refreshed)) }
        }
        PlaylistsCommand::Pause { name } => {
            app.pause_playlist(listener, &name, true, false, now)?;
            print(&format!("“{name}” stays as it is until: nearsong playlists resume {name}\n"))
        }
        PlaylistsCommand::Resume { name, again } => {
            app.pause_playlist(listener, &name, false, again, now)?;
            print(&format!("“{name}” goes on with the next round. At once: nearsong playlists refresh {name}\n"))
        }
        PlaylistsCommand::Pin { name, song } => {
            let song = app.pin(listener, &name, &song, now)?;
            print(&format!(
                "“{}” by {} stays in “{name}” from its next edition on.\n",
                plain(&song.title),
                plain(&song.artists)
            ))
        }
        PlaylistsCommand::Unpin { name, song } => {
            let song = app.unpin(listener, &name, &song, now)?;
            print(&format!("“{}” may go with the next edition of “{name}”.\n", plain(&song.title)))
        }
        PlaylistsCommand::Ban { name, song } => {
            let song = app.ban(listener, &name, &song, now)?;
            print(&format!(
                "“{}” by {} comes in no playlist of yours any more.\n",
                plain(&song.title),
                plain(&song.artists)
            ))
        }
        PlaylistsCommand::Unban { song } => {
            let song = app.unban(listener, &song)?;
            print(&format!("“{}” may come again.\n", plain(&song.title)))
        }
        PlaylistsCommand::Bans(args) => bans(context, &app, args.json),
        PlaylistsCommand::History { name, json } => {
            let editions = app.editions(listener, &name, SHOWN)?;
            if json.json { print_json(&editions) } else { print(&history(&editions, &app.time_zone_of(listener)?)) }
        }
        PlaylistsCommand::Diff { name, from, to, json } => {
            let turnover = app.compare_editions(listener, &name, from, to)?;
            if json.json { print_json(&turnover) } else { print(&diff(&turnover)) }
        }
        PlaylistsCommand::Undo { name, edition } => {
            let refreshed = app.undo_edition(listener, &name, edition, &MachineClock, &context.bars)?;
            context.bars.clear();
            print(&describe(&refreshed))
        }
        PlaylistsCommand::Remove { name } => {
            let removed = app.remove_playlist(listener, &name)?;
            let stays = removed.url.map(|url| format!(" At Spotify it stays: {url}")).unwrap_or_default();
            print(&format!("Removed “{name}” with {} editions.{stays}\n", count(removed.n_editions)))
        }
    }
}

/// The rules of the ready-made recipe of that name, or the plain ones under that name.
fn base(app: &App, listener: Option<&str>, name: &str) -> Result<Recipe, AppError> {
    let found = app.ready_made(listener)?.into_iter().find(|(known, _)| known == name).map(|(_, recipe)| recipe);
    Ok(found.unwrap_or_else(|| Recipe { title: name.to_owned(), ..Recipe::default() }))
}

fn ruled(before: Recipe, rules: &RuleArgs) -> Recipe {
    let list = |new: &Vec<String>, old: Vec<String>| if new.is_empty() { old } else { new.clone() };
    Recipe {
        title: rules.title.clone().unwrap_or(before.title),
        kind: rules.kind.map_or(before.kind, Into::into),
        like: list(&rules.like, before.like),
        genres: list(&rules.genre, before.genres),
        not_genres: list(&rules.not_genre, before.not_genres),
        mood: rules.mood.clone().or(before.mood),
        energy: rules.energy.clone().or(before.energy),
        tempo: rules.tempo.clone().or(before.tempo),
        years: rules.years.clone().or(before.years),
        explicit: rules.explicit.clone().or(before.explicit),
        adventurous: rules.adventurous.or(before.adventurous),
        length: rules.length.unwrap_or(before.length),
        max_per_artist: rules.max_per_artist.or(before.max_per_artist),
        not_heard_for_days: rules.not_heard_for.or(before.not_heard_for_days),
        may_repeat: rules.may_repeat.unwrap_or(before.may_repeat),
        order: rules.order.unwrap_or(before.order),
        when: rules.when.clone().unwrap_or(before.when),
        spotify: rules.spotify.unwrap_or(before.spotify),
        file: rules.file.clone().or(before.file),
    }
}

fn rules_line(recipe: &Recipe) -> String {
    let kind =
        serde_json::to_value(recipe.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    let mut parts = vec![kind, format!("{} songs", recipe.length), recipe.when.clone()];
    parts.extend(recipe.mood.clone());
    parts.extend(recipe.genres.iter().map(|genre| plain(genre)));
    if recipe.order != nearsong_app::ListOrder::AsRanked {
        parts.push(recipe.order.to_string());
    }
    parts.extend(recipe.spotify.then(|| "to Spotify".to_owned()));
    parts.extend(recipe.file.as_ref().map(|file| format!("to {}", file.display())));
    parts.join(", ")
}

fn list(all: &[PlaylistView], zone: &TimeZone) -> String {
    if all.is_empty() {
        return "No playlists yet. For a start: nearsong playlists ready-made\n".to_owned();
    }
    let mut text = String::new();
    for view in all {
        let made = view.newest.as_ref().map_or_else(
            || "not made yet".to_owned(),
            |edition| {
                let is_there = if edition.published_at.is_some() { "" } else { ", not at its targets yet" };
                format!("edition {} of {}{is_there}", edition.number, date_in(edition.made_at, zone))
            },
        );
        let next = match (view.state, view.next_run) {
            ("paused", _) => "paused".to_owned(),
            ("signin", _) => "waits for a sign-in: nearsong connect spotify --write".to_owned(),
            (_, Some(next)) => format!("next {}", date_time_in(next, zone)),
            (_, None) => "never by itself".to_owned(),
        };
        text.push_str(&format!("{}  “{}”: {made}; {next}\n", view.name, plain(&view.recipe.title)));
        if let Some(error) = &view.last_error {
            text.push_str(&wrapped(&plain(&error.replace('\n', " ")), 4, 96));
        }
    }
    text
}

fn show(app: &App, listener: Option<&str>, view: &PlaylistView) -> Result<String, AppError> {
    let mut text = format!("“{}”: {}\n", plain(&view.recipe.title), rules_line(&view.recipe));
    if let Some(url) = &view.url {
        text.push_str(&format!("{url}\n"));
    }
    let pins = app.pins(listener, &view.name)?;
    if !pins.is_empty() {
        let titles: Vec<_> = pins.iter().map(|pin| plain(&pin.title)).collect();
        text.push_str(&format!("Pinned: {}\n", titles.join(", ")));
    }
    if let Some(error) = &view.last_error {
        text.push_str(&format!("The last try did not go well: {}\n", plain(error)));
    }
    match &view.newest {
        Some(edition) => {
            let note = if edition.note.is_empty() { String::new() } else { format!(" ({})", edition.note) };
            text.push_str(&format!("Edition {}{note}:\n{}", edition.number, songs(&edition.songs)));
        }
        None => text.push_str(&format!("Not made yet: nearsong playlists refresh {}\n", view.name)),
    }
    Ok(text)
}

fn songs(songs: &[EditionSong]) -> String {
    let mut text = String::new();
    for (rank, song) in (1..).zip(songs) {
        let rank: usize = rank;
        text.push_str(&format!("{rank:>3}  {}  {}\n", fitted(&plain(&song.title), 44), plain(&song.artists)));
        text.push_str(&wrapped(&plain(&song.reason), 5, 96));
    }
    text
}

/// A refresh in words.
pub fn describe(refreshed: &Refreshed) -> String {
    let Refreshed { name, edition, turnover, .. } = refreshed;
    let note = if edition.note.is_empty() { String::new() } else { format!(" ({})", edition.note) };
    let mut text = format!("“{name}”, edition {}{note}: {}\n", edition.number, turnover_line(turnover));
    if refreshed.n_removed > 0 {
        text.push_str(&format!("You took {} songs out at Spotify: they will not come again.\n", refreshed.n_removed));
    }
    if refreshed.n_added > 0 {
        text.push_str(&format!("You put {} songs in at Spotify: they stay.\n", refreshed.n_added));
    }
    if let Some(there) = &refreshed.published {
        text.push_str(&published(there));
    }
    if let Some(file) = &refreshed.file {
        text.push_str(&format!("Written to {}\n", file.display()));
    }
    text
}

fn turnover_line(turnover: &Turnover) -> String {
    let (came, stayed, went) = (turnover.came.len(), turnover.stayed.len(), turnover.went.len());
    format!("{} songs: {came} came, {stayed} stayed, {went} went.", came + stayed)
}

fn diff(turnover: &Turnover) -> String {
    let lines = |sign: &str, songs: &[EditionSong]| {
        songs
            .iter()
            .map(|song| format!("{sign} {}  {}\n", fitted(&plain(&song.title), 44), plain(&song.artists)))
            .collect::<String>()
    };
    format!(
        "{}{}{}{}\n",
        lines("+", &turnover.came),
        lines("-", &turnover.went),
        lines(" ", &turnover.stayed),
        turnover_line(turnover)
    )
}

fn history(editions: &[Edition], zone: &TimeZone) -> String {
    let row = |at: usize| {
        let edition = &editions[at];
        let before = editions.get(at + 1).map_or(&[][..], |before| &before.songs);
        vec![
            edition.number.to_string(),
            date_time_in(edition.made_at, zone),
            turnover_line(&Turnover::between(before, &edition.songs)),
            edition.model.map(|model| format!("model {model}")).unwrap_or_default(),
            if edition.published_at.is_some() { edition.note.clone() } else { "not at its targets".to_owned() },
        ]
    };
    if editions.is_empty() {
        return "No editions yet.\n".to_owned();
    }
    columns(&(0..editions.len()).map(row).collect::<Vec<_>>(), &[0])
}

fn bans(context: &Context, app: &App, is_json: bool) -> anyhow::Result<()> {
    let bans = app.bans(context.listener.as_deref())?;
    let zone = app.time_zone_of(context.listener.as_deref())?;
    let row = |ban: &nearsong_app::DecidedSong| {
        vec![plain(&ban.title), plain(&ban.artists), ban.why.clone(), date_in(ban.at, &zone), ban.track_id.to_string()]
    };
    let rows: Vec<_> = bans.iter().map(row).collect();
    if is_json {
        return print_json(&rows);
    }
    print(&if rows.is_empty() { "No song is banned.\n".to_owned() } else { columns(&rows, &[]) })
}
