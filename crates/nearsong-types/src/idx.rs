//! Dense row numbers. They mean nothing outside the table that gave them, so each kind is a type of its own.

macro_rules! row_number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As a position in a slice.
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    };
}

row_number!(
    /// Row of a recording in a [`crate::RecordingTable`].
    ItemIdx
);
row_number!(
    /// Row of an artist in a [`crate::RecordingTable`].
    ArtistIdx
);
row_number!(
    /// Row of a genre in a [`crate::RecordingTable`].
    GenreIdx
);
row_number!(
    /// Row of an album in a [`crate::RecordingTable`].
    AlbumIdx
);
