use std::path::Path;

use nearsong_recommend::Model;
use nearsong_store::{BackupReport, Check, RestoreLimits, backup, doctor, restore};
use nearsong_types::{Moment, Silent};

use crate::{App, AppError, Config};

impl App {
    /// Writes everything into one zip file; an existing file is never overwritten.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn backup(&self, to: &Path, now: Moment) -> Result<BackupReport, AppError> {
        let lock = self.lock("making a backup")?;
        Ok(backup(&self.data, &lock, to, now)?)
    }
}

/// Brings a backup back into a data directory that is not there yet or empty; all of it or nothing.
///
/// # Errors
/// [`AppError::Store`].
pub fn restore_backup(from: &Path, into: &Path) -> Result<BackupReport, AppError> {
    Ok(restore(from, into, &RestoreLimits::default())?)
}

/// Looks for damage in a data directory, and says for each thing looked at whether it is sound and what to do.
///
/// # Errors
/// [`AppError::Store`] where the directory itself cannot be opened.
pub fn examine(root: &Path) -> Result<Vec<Check>, AppError> {
    let data = nearsong_store::DataDir::open_or_create(root)?;
    let mut checks = doctor(&data);
    checks.push(match Config::read(&data.config()) {
        Ok(_) => sound("settings"),
        Err(error) => Check { what: "settings".to_owned(), ok: false, advice: Some(error.to_string()) },
    });
    if let Ok(app) = App::open(root) {
        checks.extend(app.examine_models()?);
    }
    Ok(checks)
}

fn sound(what: &str) -> Check {
    Check { what: what.to_owned(), ok: true, advice: None }
}

impl App {
    /// Whether the model in use can be opened and fits its recordings.
    fn examine_models(&self) -> Result<Option<Check>, AppError> {
        let Some(champion) = self.store.champion()? else { return Ok(None) };
        let what = format!("model {} in use", champion.id.number());
        let opened = self.open_model(&champion).and_then(|model: Model| {
            let table = self.table(champion.model.snapshot_version, &Silent)?;
            let path = self.store.model_path(champion.id);
            let advice = "Train it again: nearsong train --promote".to_owned();
            model.bind(table).map(|_| ()).map_err(|source| AppError::Damaged { path, source, advice })
        });
        Ok(Some(match opened {
            Ok(()) => sound(&what),
            Err(error) => Check { what, ok: false, advice: Some(error.to_string()) },
        }))
    }
}
