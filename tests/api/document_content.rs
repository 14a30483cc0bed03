//! A file's content decides, not its claims: anything else is refused with the file as the culprit.

use std::io::Write;

use crate::support::{Form, Stage, id_of, samples, workshop::fixture};

/// The endings of its names, and a file of that kind.
type Kind = (&'static [&'static str], fn() -> Vec<u8>);

fn joined(first: &[u8], second: &[u8]) -> Vec<u8> {
    [first, second].concat()
}

#[test]
fn each_type_of_file_is_accepted_only_with_its_own_extension() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let kinds: [Kind; 6] = [
        (&["pdf", "PDF"], samples::pdf),
        (&["jpg", "jpeg", "Jpg"], samples::jpeg),
        (&["png"], samples::png),
        (&["tif", "tiff"], samples::tiff),
        (&["doc"], samples::doc),
        (&["docx"], samples::docx),
    ];
    for (own, content) in kinds {
        for (names, _) in kinds {
            for name in names {
                let answer = officer.upload(id_of(&case), &format!("a.{name}"), &content());
                if names == own {
                    answer.succeeded(201);
                } else {
                    answer.refused_field("file");
                }
            }
        }
    }
}

#[test]
fn a_declared_type_that_does_not_match_the_name_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for (declared, is_fine) in [
        ("application/pdf", true),
        ("Application/PDF; charset=binary", true),
        ("application/octet-stream", true),
        ("text/html", false),
        ("image/png", false),
        ("application/x-pdf", true),
        ("image/pjpeg", false),
    ] {
        let form = Form::new().file_of_type("file", "a.pdf", declared, &samples::pdf());
        let answer = officer.upload_form(id_of(&case), form.text("documentType", "court-order"));
        if is_fine {
            answer.succeeded(201);
        } else {
            answer.refused_field("file");
        }
    }
    let form = Form::new()
        .part("Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n", &samples::pdf());
    officer.upload_form(id_of(&case), form.text("documentType", "court-order")).succeeded(201);
}

#[test]
fn a_file_that_only_begins_like_a_document_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let other_compound_file = {
        let mut parts = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        parts.create_stream("/Workbook").unwrap().write_all(b"xls").unwrap();
        parts.flush().unwrap();
        parts.into_inner().into_inner()
    };
    let spreadsheet = samples::zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"x")]);
    let with_macros = samples::CONTENT_TYPES
        .replace("officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main");
    for (name, bytes) in [
        ("a.pdf", b"%PDF-1.7 and no more".to_vec()),
        ("a.pdf", b"MZ\x90\0 %%EOF".to_vec()),
        ("a.jpg", b"\xff\xd8\xff".to_vec()),
        ("a.jpg", joined(b"\xff\xd8\xff\xe0", &[7; 5000])),
        ("a.png", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("a.tif", b"II*\0\x08\0\0\0".to_vec()),
        ("a.tif", joined(b"II*\0\xff\xff\xff\xff", &[0; 100])),
        ("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()),
        ("a.doc", other_compound_file),
        ("a.doc", b"{\\rtf1 text}".to_vec()),
        ("a.docx", b"PK\x03\x04".to_vec()),
        ("a.docx", samples::zip(&[("word/document.xml", b"x")])),
        ("a.docx", samples::zip(&[("[Content_Types].xml", samples::CONTENT_TYPES.as_bytes())])),
        (
            "a.docx",
            samples::zip(&[("[Content_Types].xml", with_macros.as_bytes()), ("word/document.xml", b"x")]),
        ),
        ("a.docx", spreadsheet),
        ("a.docx", samples::docx()[..200].to_vec()),
    ] {
        officer.upload(id_of(&case), name, &bytes).refused_field("file");
    }
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 0);
}

#[test]
fn a_file_that_is_two_types_at_once_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let archive = samples::zip(&[("a.js", b"alert(1)")]);
    let mut comment = samples::jpeg();
    comment.splice(2..2, b"\xff\xfe\0\x0a%PDF-1.4".iter().copied());
    for (name, bytes) in [
        ("a.pdf", joined(b"<HTML><script>alert(1)</script>\n", &samples::pdf())),
        ("a.pdf", joined(b"#!/bin/sh\n", &samples::pdf())),
        ("a.pdf", joined(b"junk PK\x03\x04", &samples::pdf())),
        ("a.pdf", joined(b"GIF89a", &samples::pdf())),
        ("a.pdf", joined(&[b' '; 1024], &samples::pdf())),
        ("a.pdf", joined(&samples::pdf(), &archive)),
        ("a.pdf", joined(&joined(&samples::pdf(), &archive), b"\n%%EOF\n")),
        ("a.jpg", joined(&samples::jpeg(), &archive)),
        ("a.png", joined(&samples::png(), &archive)),
        ("a.png", joined(&joined(&samples::png(), &archive), &[0; 100])),
        ("a.tif", joined(&samples::tiff(), &archive)),
        ("a.doc", joined(&samples::doc(), &archive)),
        ("a.docx", joined(b"#!/bin/sh\n", &samples::docx())),
        ("a.docx", joined(&samples::docx(), &samples::pdf())),
        ("a.jpg", comment),
    ] {
        officer.upload(id_of(&case), name, &bytes).refused_field("file");
    }
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 0);
}

/// Parts that are many, that grow, or that are not as large as the directory says.
#[test]
fn bombs_are_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let with = |more: &[(&str, &[u8])]| {
        let mut entries = vec![
            ("[Content_Types].xml", samples::CONTENT_TYPES.as_bytes()),
            ("word/document.xml", &b"text"[..]),
        ];
        entries.extend(more);
        samples::zip(&entries)
    };
    let zeros = vec![0; 100_000_000];
    let names: Vec<_> = (0..20_000).map(|number| format!("word/{number}.xml")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();

    let mut understated = with(&[("word/media/a.bin", &zeros[..10_000_000])]);
    let size = 10_000_000_u32.to_le_bytes();
    while let Some(place) = understated.windows(4).position(|bytes| bytes == size) {
        understated[place..place + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    for bytes in [
        with(&[("word/media/a.bin", &zeros), ("word/media/b.bin", &zeros), ("word/media/c.bin", &zeros)]),
        with(&many),
        understated,
    ] {
        assert!(bytes.len() < 20 * 1024 * 1024);
        officer.upload(id_of(&case), "a.docx", &bytes).refused_field("file");
    }
    officer
        .upload(id_of(&case), "a.docx", &with(&[("word/media/a.bin", &zeros[..10_000_000])]))
        .succeeded(201);
}

/// Pages that go round in a circle, or are larger than any camera's.
#[test]
fn pictures_without_an_end_are_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let tiff = |side: &[u8], next: &[u8]| {
        let parts: [&[u8]; 6] = [
            b"II*\0\x08\0\0\0\x02\0",
            b"\0\x01\x04\0\x01\0\0\0",
            side,
            b"\x01\x01\x04\0\x01\0\0\0",
            side,
            next,
        ];
        parts.concat()
    };
    let mut png = samples::png();
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut jpeg = samples::jpeg();
    let frame = jpeg.windows(2).position(|marker| marker == b"\xff\xc0").unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    for (name, bytes) in [
        ("a.tif", fixture("ifd_loop.tif")),
        ("a.tif", tiff(b"\x01\0\0\0", b"\x08\0\0\0")),
        ("a.tif", tiff(b"\0\0\x01\0", b"\0\0\0\0")),
        ("a.png", png),
        ("a.jpg", jpeg),
    ] {
        officer.upload(id_of(&case), name, &bytes).refused_field("file");
    }
    officer.upload(id_of(&case), "a.tif", &tiff(b"\0\x10\0\0", b"\0\0\0\0")).succeeded(201);
}

/// From less usual programs.
#[test]
fn unusual_files_are_taken() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let word_95 = {
        let mut parts = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        parts.create_stream("/WordDocument").unwrap().write_all(b"\xdc\xa5\x68\0").unwrap();
        parts.flush().unwrap();
        parts.into_inner().into_inner()
    };
    let wide: Vec<u8> =
        format!("\u{FEFF}{}", samples::CONTENT_TYPES).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("a.docx", fixture("plain.docx")),
        ("a.docx", fixture("document2.docx")),
        ("a.docx", fixture("backslash.docx")),
        ("a.docx", samples::zip(&[("[Content_Types].xml", &wide), ("word/document.xml", b"wide")])),
        ("a.pdf", fixture("bom.pdf")),
        ("a.pdf", fixture("junk_first.pdf")),
        (
            "a.pdf",
            joined(
                b"%PDF-1.7\n1 0 obj << /Contents (<body xmlns=\"http://www.w3.org/1999/xhtml\">) >>\n",
                b"%%EOF",
            ),
        ),
        ("a.doc", word_95),
    ] {
        officer.upload(id_of(&case), name, &bytes).succeeded(201);
    }
    for (name, declared, bytes) in [
        ("a.jpg", "image/jpg", samples::jpeg()),
        ("a.jpg", "image/pjpeg", samples::jpeg()),
        ("a.png", "image/x-png", samples::png()),
        ("a.tif", "image/tif", samples::tiff()),
        ("a.pdf", "application/x-pdf", samples::pdf()),
        ("a.doc", "application/vnd.ms-word", samples::doc()),
    ] {
        let form = Form::new().file_of_type("file", name, declared, &bytes);
        officer.upload_form(id_of(&case), form.text("documentType", "court-order")).succeeded(201);
    }
}
