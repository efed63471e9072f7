-- What the library's file consists of. Each part brings it from the version before to its own, and is never changed
-- once a release has it: a new form of the file is a new part.

-- version 1
CREATE TABLE lexicon (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    word TEXT NOT NULL,
    reading TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pinyin', 'arpabet', 'text')),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    note TEXT NOT NULL DEFAULT ''
);

-- version 2
CREATE TABLE voices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    tract REAL NOT NULL,
    pitch REAL NOT NULL,
    range REAL NOT NULL,
    rate REAL NOT NULL,
    tilt REAL NOT NULL
);

-- version 3
CREATE TABLE clones (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    consent TEXT NOT NULL,
    consent_date TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',
    created TEXT NOT NULL
);

CREATE TABLE clone_recordings (
    sha256 TEXT PRIMARY KEY,
    seconds REAL NOT NULL,
    sample_rate INTEGER NOT NULL,
    pitch_hz REAL NOT NULL,
    kept_until REAL NOT NULL DEFAULT 0
);

CREATE TABLE clone_references (
    clone INTEGER NOT NULL REFERENCES clones (id),
    place INTEGER NOT NULL,
    sha256 TEXT NOT NULL REFERENCES clone_recordings (sha256),
    weight REAL NOT NULL CHECK (weight > 0),
    PRIMARY KEY (clone, place),
    UNIQUE (clone, sha256)
);

-- version 4
ALTER TABLE voices ADD COLUMN mix TEXT NOT NULL DEFAULT '';

-- version 5
ALTER TABLE voices ADD COLUMN removed REAL NOT NULL DEFAULT 0;
