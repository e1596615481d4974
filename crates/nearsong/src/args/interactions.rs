use std::path::PathBuf;

use clap::Subcommand;

use super::JsonArgs;

/// `nearsong interactions …`
#[derive(Debug, Subcommand)]
pub enum InteractionsCommand {
    /// Add playlists or listening histories: a file, a folder, or an archive of them
    #[command(after_help = "\
Read are slices of the Million Playlist Dataset, user_artists.dat of HetRec 2011 (with artists.dat beside it), listens of
ListenBrainz, and CSV, TSV or Parquet with columns such as user,item[,weight][,timestamp] or user,artist,title. They are
recognised by their content; zip, tar, gzip and zstd are unpacked on the way. All files of one call are one set.
A model that learns from them is trained and put into use where it is better than the one before.
User names are not kept. What was read through Spotify's Web API must not be added: its terms forbid training on it.
Examples:
  nearsong interactions add spotify_million_playlist_dataset.zip
  nearsong interactions add hetrec2011-lastfm-2k.zip --name hetrec
  nearsong interactions add playlists.csv --licence \"CC BY 4.0\" --origin https://example.org/playlists")]
    Add(AddInteractionsArgs),
    /// All sets of interactions
    #[command(after_help = "Example:\n  nearsong interactions list")]
    List(JsonArgs),
    /// What one set holds, where it comes from, and how much of it is in the catalogue
    #[command(after_help = "Example:\n  nearsong interactions show hetrec")]
    Show {
        /// Name of the set, as the list shows it
        name: String,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a set out; models trained on it stay
    #[command(after_help = "Example:\n  nearsong interactions remove hetrec")]
    Remove {
        /// Name of the set, as the list shows it
        name: String,
    },
}

/// `nearsong interactions add`
#[derive(Debug, clap::Args)]
pub struct AddInteractionsArgs {
    /// Files, folders or archives to read
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Name to know the set by [default: name of the first file]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Terms under which it was published [default: those of a known public set]
    #[arg(long, value_name = "TEXT")]
    pub licence: Option<String>,
    /// Where it was published [default: that of a known public set]
    #[arg(long, value_name = "TEXT")]
    pub origin: Option<String>,
    /// Do not train a model on it
    #[arg(long)]
    pub no_train: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}
