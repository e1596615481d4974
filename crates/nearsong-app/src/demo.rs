use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nearsong_standin::{CatalogueSummary, ExportPlan, ExportSummary, MadeUpListener, World};
use nearsong_types::{Moment, Progress};

use crate::{
    AddedDatasets, App, AppError, ImportReport, Origin, Recommendation, Recommender, TrainRequest, Trained, WishText,
};

/// The made-up plays end here, whenever the demo runs: the same seed gives the same list on any day.
pub const DEMO_MOMENT: Moment = Moment::from_seconds(1_793_491_200);
const DEMO_DAYS: u32 = 730;
const MARKER: &str = "MADE-UP.txt";
const MARKER_TEXT: &str =
    "Everything in this folder was made up by `nearsong demo`, which may delete it and make it anew.\n";

/// How large the demo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPlan {
    /// Tracks of the made-up catalogue.
    pub n_tracks: usize,
    /// Plays of the made-up listener.
    pub n_plays: usize,
    /// Seed of both.
    pub seed: u64,
}

/// What one step of the demo did.
pub enum DemoStep {
    /// A catalogue was made up and written to a file.
    Catalogue(PathBuf, CatalogueSummary),
    /// It was added.
    Added(AddedDatasets),
    /// A listener was made up and the plays written as an export zip.
    Export(PathBuf, ExportSummary),
    /// The zip was imported.
    Imported(ImportReport),
    /// A model was trained and promoted.
    Trained(Trained),
    /// A list was made.
    Recommended(Box<Recommender>, Recommendation),
}

/// Runs everything once with made-up music and a made-up listener, in a folder of its own.
///
/// `on_step` hears of each step when it is done, and how long it took.
///
/// # Errors
/// [`AppError::Unusable`] where the folder holds anything that a demo did not make; any error of the steps.
pub fn run_demo(
    root: &Path,
    plan: &DemoPlan,
    progress: &dyn Progress,
    on_step: &mut dyn FnMut(DemoStep, Duration),
) -> Result<(), AppError> {
    make_anew(root)?;
    let mut timed = Timed { started: Instant::now(), on_step };
    let world = World::new(plan.seed, plan.n_tracks);
    let catalogue = root.join("made-up-catalogue.csv.gz");
    let summary = world.write_catalogue(&catalogue)?;
    timed.done(DemoStep::Catalogue(catalogue.clone(), summary));

    let mut app = App::open(&root.join("data"))?;
    let origin = Origin { is_made_up: true, source_url: None };
    timed.done(DemoStep::Added(app.add_datasets(&[catalogue], &origin, DEMO_MOMENT, progress)?));

    let zip = root.join("my_spotify_data.zip");
    let export = ExportPlan { ends_at: DEMO_MOMENT, days: DEMO_DAYS, n_plays: plan.n_plays };
    let summary = MadeUpListener::new(&world, plan.seed).write_export(&zip, &export)?;
    timed.done(DemoStep::Export(zip.clone(), summary));

    timed.done(DemoStep::Imported(app.import(&[zip], None, Some("Europe/Berlin"), DEMO_MOMENT, progress)?));
    let request = TrainRequest { seed: plan.seed, ..TrainRequest::of(app.default_config()?) };
    timed.done(DemoStep::Trained(app.train(&request, DEMO_MOMENT, progress)?));

    let recommender = app.recommender(None, DEMO_MOMENT, progress)?;
    let list = app.recommend(&recommender, None, &WishText::default(), DEMO_MOMENT, progress)?;
    timed.done(DemoStep::Recommended(Box::new(recommender), list));
    Ok(())
}

struct Timed<'a> {
    started: Instant,
    on_step: &'a mut dyn FnMut(DemoStep, Duration),
}

impl Timed<'_> {
    fn done(&mut self, step: DemoStep) {
        (self.on_step)(step, self.started.elapsed());
        self.started = Instant::now();
    }
}

/// An empty folder for the demo. What a demo made before is deleted; anything else is left alone.
fn make_anew(root: &Path) -> Result<(), AppError> {
    let is_there = root.exists();
    let is_empty = !is_there || std::fs::read_dir(root).map_err(AppError::io(root))?.next().is_none();
    if !is_empty && !root.join(MARKER).exists() {
        return Err(AppError::Unusable(format!(
            "{} holds files that no demo made; nothing was touched. Choose another folder: nearsong --data-dir FOLDER demo",
            root.display()
        )));
    }
    if is_there && !is_empty {
        std::fs::remove_dir_all(root).map_err(AppError::io(root))?;
    }
    std::fs::create_dir_all(root).map_err(AppError::io(root))?;
    std::fs::write(root.join(MARKER), MARKER_TEXT).map_err(AppError::io(root))
}
