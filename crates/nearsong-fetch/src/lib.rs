//! How does a public dataset get here?
//!
//! Names the public datasets and downloads one when asked: resumed after a break, limited in time and size, checked,
//! and put in place whole or not at all. This crate never starts a download by itself, never opens what it
//! fetched, and shows a login to no host but its own.
//!
//! Reading order: what there is to fetch ([`public_datasets`]), how it is fetched ([`download()`]), what can go wrong
//! ([`FetchError`]).

mod address;
mod client;
mod dataset;
mod download;
mod error;
mod limits;
mod login;
mod part;
mod retry_after;
mod run;

pub use address::{Address, AddressError};
pub use dataset::{Hosts, PublicDataset, Publisher, public_datasets};
pub use download::{DownloadRequest, Downloaded, download};
pub use error::{BreakCause, FetchError};
pub use limits::DownloadLimits;
pub use login::{KaggleLogin, LoginError};
