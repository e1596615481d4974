use nearsong_app::{App, FeatureDiff, WhichVersion, date_time_in, parse_when, zone};
use nearsong_types::Manifest;
use serde::Serialize;

use super::{open, print, print_json};
use crate::{
    Context,
    args::{FeaturesCommand, VersionArgs},
    render::{bytes, columns, count, percent},
};

pub fn run(context: &Context, command: FeaturesCommand) -> anyhow::Result<()> {
    let app = open(context)?;
    match command {
        FeaturesCommand::List(args) => list(&app, args.json),
        FeaturesCommand::Show(args) => show(&app, &args),
        FeaturesCommand::Diff { from, to, json } => {
            let diff = app.diff_features(from, to)?;
            if json { print_json(&diff) } else { print(&describe_diff(from, to, &diff)) }
        }
        FeaturesCommand::Export { version, output } => {
            let version = app.feature_version(which(&version)?)?;
            let n_tracks = app.export_features(&version, &output)?;
            print(&format!(
                "Wrote {} tracks of version {} to {}.\n",
                count(n_tracks),
                version.version,
                output.display()
            ))
        }
    }
}

fn which(args: &VersionArgs) -> anyhow::Result<WhichVersion> {
    Ok(match (args.version, &args.as_of) {
        (Some(version), _) => WhichVersion::Number(version),
        (None, Some(when)) => WhichVersion::AsOf(parse_when(when, &zone("UTC"))?),
        (None, None) => WhichVersion::Latest,
    })
}

#[derive(Serialize)]
struct VersionJson {
    version: u64,
    made_at_micros: i64,
    file: String,
    size_bytes: u64,
    manifest: Manifest,
}

fn json(version: nearsong_app::Version) -> VersionJson {
    VersionJson {
        version: version.version,
        made_at_micros: version.at.micros(),
        file: version.file.display().to_string(),
        size_bytes: version.size_bytes,
        manifest: version.manifest,
    }
}

fn list(app: &App, as_json: bool) -> anyhow::Result<()> {
    let mut versions = app.feature_versions()?;
    versions.reverse();
    if as_json {
        return print_json(&versions.into_iter().map(json).collect::<Vec<_>>());
    }
    if versions.is_empty() {
        return print("There is no version yet. Add a dataset: nearsong catalog add dataset.csv\n");
    }
    let mut rows = vec![["version", "made (UTC)", "tracks", "recordings", "size", "from"].map(str::to_owned).to_vec()];
    rows.extend(versions.iter().map(|version| {
        let names: Vec<&str> = version.manifest.inputs.iter().map(|input| input.name.as_str()).collect();
        vec![
            version.version.to_string(),
            date_time_in(version.at, &zone("UTC")),
            count(version.manifest.n_tracks),
            count(version.manifest.n_recordings),
            bytes(version.size_bytes),
            names.join(", "),
        ]
    }));
    print(&columns(&rows, &[0, 2, 3, 4]))
}

fn show(app: &App, args: &VersionArgs) -> anyhow::Result<()> {
    let version = app.feature_version(which(args)?)?;
    if args.json {
        return print_json(&json(version));
    }
    let manifest = &version.manifest;
    print(&format!(
        "Features version {}, made {} UTC\n  {} tracks, {} recordings, {} with audio features\n  file         {} ({})\n  \
         fingerprint  {} (pipeline {})\n",
        version.version,
        date_time_in(version.at, &zone("UTC")),
        count(manifest.n_tracks),
        count(manifest.n_recordings),
        percent(manifest.n_with_audio, manifest.n_tracks),
        version.file.display(),
        bytes(version.size_bytes),
        manifest.fingerprint,
        manifest.pipeline_version
    ))?;
    for input in &manifest.inputs {
        print(&format!(
            "\n{} ({}){}\n  {} rows, {} tracks, SHA-256 {}\n",
            input.name,
            input.schema,
            if input.is_made_up { ", made up" } else { "" },
            count(input.n_rows),
            count(input.n_tracks),
            input.sha256
        ))?;
    }
    Ok(())
}

fn describe_diff(from: u64, to: u64, diff: &FeatureDiff) -> String {
    let mut text = format!(
        "From version {from} to {to}: {} tracks added, {} removed, {} changed, {} as they were.\n",
        count(diff.n_added),
        count(diff.n_removed),
        count(diff.n_changed),
        count(diff.n_same)
    );
    for (names, words) in [(&diff.added_inputs, "added"), (&diff.removed_inputs, "taken out")] {
        if !names.is_empty() {
            text.push_str(&format!("Datasets {words}: {}\n", names.join(", ")));
        }
    }
    let rows: Vec<_> = diff.changed_columns.iter().map(|(column, n)| vec![count(*n), (*column).to_owned()]).collect();
    text + &columns(&rows, &[0])
}
