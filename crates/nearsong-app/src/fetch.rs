use std::{path::Path, time::Duration};

use nearsong_fetch::{DownloadLimits, Downloaded, Hosts, KaggleLogin, PublicDataset, download, public_datasets};
use nearsong_types::{Moment, Progress};

use crate::{AddedDatasets, App, AppError, Origin};

/// A dataset that was fetched.
#[derive(Debug)]
pub struct FetchedDataset {
    /// Which one.
    pub dataset: PublicDataset,
    /// What came.
    pub downloaded: Downloaded,
}

impl App {
    /// The public datasets that can be fetched, from the hosts of the settings.
    pub fn public_datasets(&self) -> Vec<PublicDataset> {
        let fetch = &self.config().fetch;
        public_datasets(&Hosts { hugging_face: fetch.hugging_face.clone(), kaggle: fetch.kaggle.clone() })
    }

    /// Downloads datasets by name and adds them. This is the only use-case that calls another host.
    ///
    /// A download that breaks off is kept aside and goes on when the same is asked again; the catalogue changes only when all
    /// of them are there and can be read.
    ///
    /// # Errors
    /// [`AppError::Unusable`] where a name is not known, [`AppError::Fetch`].
    pub fn fetch(
        &mut self,
        names: &[String],
        login: Option<&KaggleLogin>,
        max_bytes: u64,
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<(Vec<FetchedDataset>, AddedDatasets), AppError> {
        let wanted = self.named(names)?;
        let limits = DownloadLimits { max_bytes, ..DownloadLimits::default() };
        let folder = self.data.datasets().join("downloads");
        std::fs::create_dir_all(&folder).map_err(AppError::io(&folder))?;
        let mut fetched = Vec::new();
        {
            let _lock = self.lock("downloading datasets")?;
            for dataset in wanted {
                let into = folder.join(dataset.file_name);
                let pause = |time: Duration| std::thread::sleep(time);
                let downloaded = download(&dataset.request(login), &into, &limits, progress, &pause)?;
                fetched.push(FetchedDataset { dataset, downloaded });
            }
        }
        let added = self.add_fetched(&fetched, now, progress)?;
        Ok((fetched, added))
    }

    fn named(&self, names: &[String]) -> Result<Vec<PublicDataset>, AppError> {
        let all = self.public_datasets();
        let find = |name: &String| {
            all.iter().find(|dataset| dataset.name == name).cloned().ok_or_else(|| {
                let names: Vec<&str> = all.iter().map(|dataset| dataset.name).collect();
                AppError::Unusable(format!("there is no public dataset “{name}” here; there are {}", names.join(", ")))
            })
        };
        names.iter().map(find).collect()
    }

    /// Adds what was fetched, all or none. The downloads themselves go: the catalogue keeps its own copy, and what cannot be
    /// read is of no use.
    fn add_fetched(
        &mut self,
        fetched: &[FetchedDataset],
        now: Moment,
        progress: &dyn Progress,
    ) -> Result<AddedDatasets, AppError> {
        let origins: Vec<Origin> = fetched
            .iter()
            .map(|file| Origin { is_made_up: false, source_url: Some(file.dataset.url.clone()) })
            .collect();
        let files: Vec<(&Path, &Origin)> =
            fetched.iter().zip(&origins).map(|(file, origin)| (file.downloaded.path.as_path(), origin)).collect();
        let added = self.add_files(&files, now, progress);
        for (path, _) in files {
            std::fs::remove_file(path).map_err(AppError::io(path))?;
        }
        added
    }
}
