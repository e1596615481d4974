/// `nearsong report`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nearsong report                                  the last three months of your listening
  nearsong report --since 2026-08-23 --until 2026-11-23
  nearsong report --months 12 --models content-knn,audio-knn,popular
  nearsong report --length 100 --json
A song became yours if you first heard it in the hidden time and completed it at least 3 times.
Without --models: blend (where there are interactions), content-knn, the model in use, and the baselines
popular and artist-popular; always beside them, your own favourites again.")]
pub struct ReportArgs {
    /// Hide what was heard from this day on (2026-08-23, 2026-08-23T12:00:00Z)
    #[arg(long, value_name = "WHEN", conflicts_with = "months")]
    pub since: Option<String>,
    /// Hide so many months
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub months: u32,
    /// Up to the end of this day [default: your last play]
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Songs in each list [default: a list of the usual length for every week that is hidden, 30 a week]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub length: Option<u32>,
    /// Which models, with commas between them
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub models: Vec<String>,
    /// Seed of everything random in the training
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Print as JSON, with every list
    #[arg(long)]
    pub json: bool,
}
