use super::{InteractionFormat, columns::Columns, text_rows::header_of};

/// Beginnings of the moments at which the Million Playlist Dataset and its challenge set were generated.
const ORIGINALS: [&[u8]; 2] = [b"\"generated_on\": \"2017-12-03 08:41:42", b"\"date\": \"2018-01-16 08:47:28"];

/// What an unpacked file is, by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recognised {
    Slice { is_original: bool },
    UserArtists,
    ArtistNames,
    Listens,
    Table,
}

impl Recognised {
    pub(crate) fn format(self) -> InteractionFormat {
        match self {
            Self::Slice { is_original: true } => InteractionFormat::MillionPlaylists,
            Self::Slice { is_original: false } => InteractionFormat::PlaylistSlices,
            Self::UserArtists | Self::ArtistNames => InteractionFormat::HetRec,
            Self::Listens => InteractionFormat::ListenBrainz,
            Self::Table => InteractionFormat::Table,
        }
    }
}

/// Recognises a file by its content; its name does not matter.
pub(crate) fn recognise(head: &[u8]) -> Option<Recognised> {
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    if text.first() == Some(&b'{') {
        return recognise_json(text);
    }
    let header = header_of(text)?;
    let names: Vec<&str> = header.names.iter().map(String::as_str).collect();
    match names[..] {
        ["userID", "artistID", "weight"] => Some(Recognised::UserArtists),
        ["id", "name", "url", "pictureURL"] => Some(Recognised::ArtistNames),
        _ => Columns::of(&header.names).map(|_| Recognised::Table),
    }
}

fn recognise_json(text: &[u8]) -> Option<Recognised> {
    let place = |member: &[u8]| text.windows(member.len()).position(|window| window == member);
    let (playlists, listen) = (place(b"\"playlists\""), place(b"\"track_metadata\""));
    match (playlists, listen) {
        (Some(playlists), listen) if listen.is_none_or(|listen| playlists < listen) => {
            let is_original = ORIGINALS.into_iter().any(|mark| place(mark).is_some_and(|mark| mark < playlists));
            Some(Recognised::Slice { is_original })
        }
        (_, Some(_)) => Some(Recognised::Listens),
        _ => None,
    }
}
