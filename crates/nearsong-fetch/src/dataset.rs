use crate::{DownloadRequest, KaggleLogin};

/// Where the publishers answer, without a slash at the end; replaceable for mirrors and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// Hugging Face.
    pub hugging_face: String,
    /// Kaggle.
    pub kaggle: String,
}

impl Default for Hosts {
    fn default() -> Self {
        Self { hugging_face: "https://huggingface.co".to_owned(), kaggle: "https://www.kaggle.com".to_owned() }
    }
}

/// Who offers a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publisher {
    /// Files of a dataset repository, served by address.
    HuggingFace,
    /// Whole datasets as a zip, some of them only with a login.
    Kaggle,
}

impl Publisher {
    /// The publisher's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HuggingFace => "Hugging Face",
            Self::Kaggle => "Kaggle",
        }
    }
}

/// A dataset that anyone can fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicDataset {
    /// Short name to ask for it by.
    pub name: &'static str,
    /// What it holds, in a few words.
    pub title: &'static str,
    /// `owner/name` at the publisher.
    pub repository: &'static str,
    /// Who offers it.
    pub publisher: Publisher,
    /// Address of the file.
    pub url: String,
    /// Web page that describes it, where it can also be downloaded by hand.
    pub page: String,
    /// Name to keep the file under, different for each dataset.
    pub file_name: &'static str,
    /// Licence, and who states it.
    pub licence: &'static str,
    /// Whether the publisher may ask for a login before it hands out the file.
    pub may_need_login: bool,
}

impl PublicDataset {
    /// What to ask for in order to get it. The login goes along only where the publisher is Kaggle.
    pub fn request(&self, login: Option<&KaggleLogin>) -> DownloadRequest {
        DownloadRequest {
            title: self.title.to_owned(),
            url: self.url.clone(),
            page: self.page.clone(),
            publisher: self.publisher,
            login: login.filter(|_| self.publisher == Publisher::Kaggle).cloned(),
        }
    }
}

/// The public datasets with audio features that are known here, the one to begin with first.
///
/// Addresses: Hugging Face serves files under `datasets/{repository}/resolve/{revision}/{file}`, Kaggle serves a dataset as one zip under
/// `api/v1/datasets/download/{owner}/{name}`; both redirect to a storage host.
pub fn public_datasets(hosts: &Hosts) -> Vec<PublicDataset> {
    vec![
        hugging_face(hosts),
        kaggle(
            hosts,
            KaggleFile {
                name: "tomigelo",
                title: "Spotify Audio Features (130,663 tracks of April 2019, and an edition of November 2018)",
                repository: "tomigelo/spotify-audio-features",
                file_name: "tomigelo-spotify-audio-features.zip",
                licence: "not stated where we could read it; see the dataset's page",
            },
        ),
        kaggle(
            hosts,
            KaggleFile {
                name: "thedevastator",
                title: "Spotify Tracks Genre Dataset (the tracks of maharshipandya's dataset, published again)",
                repository: "thedevastator/spotify-tracks-genre-dataset",
                file_name: "thedevastator-spotify-tracks-genre-dataset.zip",
                licence: "CC0, as users of the dataset state; see the dataset's page",
            },
        ),
    ]
}

struct KaggleFile {
    name: &'static str,
    title: &'static str,
    repository: &'static str,
    file_name: &'static str,
    licence: &'static str,
}

fn hugging_face(hosts: &Hosts) -> PublicDataset {
    let repository = "maharshipandya/spotify-tracks-dataset";
    let page = format!("{}/datasets/{repository}", hosts.hugging_face);
    PublicDataset {
        name: "maharshipandya",
        title: "Spotify Tracks Dataset (114,000 rows, 114 genres)",
        repository,
        publisher: Publisher::HuggingFace,
        url: format!("{page}/resolve/main/dataset.csv"),
        page,
        file_name: "maharshipandya-spotify-tracks-dataset.csv",
        licence: "BSD, as stated on the dataset's page",
        may_need_login: false,
    }
}

fn kaggle(hosts: &Hosts, file: KaggleFile) -> PublicDataset {
    PublicDataset {
        name: file.name,
        title: file.title,
        repository: file.repository,
        publisher: Publisher::Kaggle,
        url: format!("{}/api/v1/datasets/download/{}", hosts.kaggle, file.repository),
        page: format!("{}/datasets/{}", hosts.kaggle, file.repository),
        file_name: file.file_name,
        licence: file.licence,
        may_need_login: true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Address;

    #[test]
    fn the_real_addresses_are_the_default() {
        let urls: Vec<String> = public_datasets(&Hosts::default()).into_iter().map(|dataset| dataset.url).collect();
        assert_eq!(
            urls,
            [
                "https://huggingface.co/datasets/maharshipandya/spotify-tracks-dataset/resolve/main/dataset.csv",
                "https://www.kaggle.com/api/v1/datasets/download/tomigelo/spotify-audio-features",
                "https://www.kaggle.com/api/v1/datasets/download/thedevastator/spotify-tracks-genre-dataset",
            ]
        );
        assert!(urls.iter().all(|url| Address::parse(url).is_ok()));
    }

    #[test]
    fn names_and_files_are_told_apart() {
        let datasets = public_datasets(&Hosts::default());
        assert_eq!(datasets.iter().map(|dataset| dataset.name).collect::<BTreeSet<_>>().len(), datasets.len());
        assert_eq!(datasets.iter().map(|dataset| dataset.file_name).collect::<BTreeSet<_>>().len(), datasets.len());
    }

    #[test]
    fn only_kaggle_is_shown_the_login() {
        let login = KaggleLogin::parse("KGAT_0123").unwrap();
        for dataset in public_datasets(&Hosts::default()) {
            assert_eq!(dataset.request(Some(&login)).login.is_some(), dataset.publisher == Publisher::Kaggle);
        }
    }
}
