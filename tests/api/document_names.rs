//! The names of documents: in any script, and none that could be mistaken for something else.

use crate::support::{Form, Stage, id_of, samples};

#[test]
fn a_name_in_any_script_comes_back_as_it_went_in() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let longest = format!("{}.pdf", "ü".repeat(251));
    for (name, encoded) in [
        (
            "it's (1) & [2] = 100%, ok; yes+no.pdf",
            "it%27s%20%281%29%20&%20%5B2%5D%20%3D%20100%25%2C%20ok%3B%20yes+no.pdf",
        ),
        ("Gutachten für Zoë.pdf", "Gutachten%20f%C3%BCr%20Zo%C3%AB.pdf"),
        ("判决书.pdf", "%E5%88%A4%E5%86%B3%E4%B9%A6.pdf"),
        ("שלום.pdf", "%D7%A9%D7%9C%D7%95%D7%9D.pdf"),
        ("تقرير.pdf", "%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.pdf"),
        ("रिपोर्ट.pdf", "%E0%A4%B0%E0%A4%BF%E0%A4%AA%E0%A5%8B%E0%A4%B0%E0%A5%8D%E0%A4%9F.pdf"),
        ("👨‍👩‍👧.PDF", "%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7.PDF"),
        (&longest, &format!("{}.pdf", "%C3%BC".repeat(251))),
    ] {
        let answer = officer.upload(id_of(&case), name, &samples::pdf()).succeeded(201);
        let id = answer["documentId"].as_str().unwrap();
        assert_eq!(answer["filename"], name);
        assert_eq!(officer.document(id)["originalFilename"], name);
        stage.scanned(id, "clean");
        let answer = officer.get(&format!("/api/documents/{id}/download"));
        let disposition = answer.header("Content-Disposition").unwrap();
        assert!(disposition.ends_with(&format!("; filename*=UTF-8''{encoded}")), "{disposition}");
        assert!(disposition.is_ascii());
    }
}

#[test]
fn a_name_has_one_form_and_one_series_of_versions() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for (version, name) in (1..).zip(["Zoe\u{308}.pdf", "Zoë.pdf", "Zoe\u{308}.pdf"]) {
        let answer = officer.upload(id_of(&case), name, &samples::pdf()).succeeded(201);
        assert_eq!(answer["filename"], "Zoë.pdf");
        assert_eq!(officer.document(answer["documentId"].as_str().unwrap())["version"], version);
    }
    for name in ["Zoe%CC%88.pdf", "Zo%C3%AB.pdf"] {
        let path = format!("/api/cases/{}/documents/{name}/versions", id_of(&case));
        assert_eq!(officer.get(&path).succeeded(200)["versions"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn a_name_that_hides_what_it_is_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let long = format!("{}.pdf", "x".repeat(300));
    for name in [
        "../a.pdf",
        "/etc/a.pdf",
        "folder/a.pdf",
        "C:\\\\Users\\\\a.pdf",
        "..\\\\a.pdf",
        &long,
        "cod\u{202e}fdp.pdf",
        "a\u{200f}.pdf",
        "a\u{2066}b\u{2069}.pdf",
        "a\u{85}b.pdf",
        "a\u{feff}.pdf",
        "a\u{200b}.pdf",
        "a",
        "a.exe",
        "a.pdf.exe",
        "a.html",
        ".pdf",
        "...pdf",
        "a.pdf.",
        " ",
        "pdf",
    ] {
        officer.upload(id_of(&case), name, &samples::pdf()).refused_field("file");
    }
    // The form refuses bytes that no header may hold; the other way to write a name can say anything.
    for bytes in [&b"a\0.pdf"[..], b"a\x01.pdf", b"a\x7f.pdf", b"a\x1b[2J.pdf"] {
        let name = String::from_utf8(bytes.to_vec()).unwrap();
        officer.upload(id_of(&case), &name, &samples::pdf()).refused(400, "VALIDATION_ERROR");
    }
    for encoded in
        ["a%00.pdf", "a%01.pdf", "a%0D%0ASet-Cookie:%20x.pdf", "..%2Fa.pdf", "a%7F.pdf", "a%1B.pdf"]
    {
        extended(&stage, encoded).refused_field("file");
    }
}

fn extended(stage: &Stage, encoded: &str) -> crate::support::Answer {
    let officer = stage.officer();
    let case = officer.create_case();
    let disposition = format!("form-data; name=\"file\"; filename=\"_.pdf\"; filename*=UTF-8''{encoded}");
    let form = Form::new().part(&format!("Content-Disposition: {disposition}\r\n"), &samples::pdf());
    officer.upload_form(id_of(&case), form.text("documentType", "court-order"))
}

#[test]
fn the_extended_form_of_a_name_is_understood() {
    let stage = Stage::new();
    let answer = extended(&stage, "%E5%88%A4%E5%86%B3.pdf").succeeded(201);
    assert_eq!(answer["filename"], "判决.pdf");
}

#[test]
fn a_name_that_is_no_text_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let (content_type, body) =
        Form::new().file("file", "a@.pdf", &samples::pdf()).text("documentType", "court-order").end();
    let place = body.windows(2).position(|pair| pair == b"a@").unwrap();
    let mut body = body;
    body[place + 1] = 0xff;
    let path = format!("/api/cases/{}/upload-document", id_of(&case));
    officer
        .request("POST", &path)
        .header("Content-Type", content_type)
        .body(body)
        .send()
        .refused_field("file");
}
