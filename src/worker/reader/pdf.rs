use std::{collections::HashMap, time::Instant};

use tokio::fs::File;

use super::{
    LONGEST_TEXT, Reader, cleaned, layer,
    pages::{END_OF_PAGE, Pages, Text},
};
use crate::worker::error::{Blame, JobError};

/// Pages beyond are only counted.
const MOST_PAGES: usize = 2000;
/// The share of a page from which pictures are more than a letterhead.
const LARGE: f64 = 0.25;

/// Facts about the pages before they are read.
struct Outline {
    count: usize,
    /// In square inches, of the first pages.
    areas: Vec<f64>,
}

impl Reader {
    /// Page by page: one with large pictures, or without text of its own, is looked at as a picture, too.
    pub(super) async fn read_pdf(&self, file: &File, until: Instant) -> Result<Text, JobError> {
        let last = MOST_PAGES.to_string();
        let arguments = ["-f", "1", "-l", &last, "/dev/stdin"];
        let outline = self.toolbox.run("pdfinfo", &arguments, file, LONGEST_TEXT).await?;
        let outline = outline_of(&cleaned(&outline));
        let pictures = self.list(file, "pdfimages", &["-list", "-l", &last, "/dev/stdin"]).await?;
        let pictures = areas_of_pictures(&pictures);
        let text = self.list(file, "pdftotext", &["-l", &last, "/dev/stdin", "-"]).await?;
        let mut layers = text.split(END_OF_PAGE);

        let mut pages = Pages::new(until);
        for (number, area) in (1..).zip(&outline.areas) {
            let layer = layers.next().unwrap_or_default();
            let is_covered = pictures.get(&number).is_some_and(|pictures| *pictures >= LARGE * area);
            if !is_covered && !layer::is_blank(layer) {
                pages.add(layer);
            } else if pages.takes_picture() {
                match self.read_page(file, number).await {
                    Ok(seen) => pages.add(&layer::merged(layer, &seen)),
                    Err(error) => pages.fail(layer, error)?,
                }
            } else {
                pages.leave_out(layer);
            }
        }
        for _ in outline.areas.len()..outline.count {
            pages.leave_out("");
        }
        pages.finish()
    }

    /// A program's list of all pages. If it stumbles over one, it lists nothing: then each is looked at.
    async fn list(&self, file: &File, program: &'static str, arguments: &[&str]) -> Result<String, JobError> {
        match self.toolbox.run(program, arguments, file, LONGEST_TEXT).await {
            Err(error) if error.blame == Blame::Surroundings => Err(error),
            output => Ok(output.map(|output| cleaned(&output)).unwrap_or_default()),
        }
    }
}

/// `Pages: 2`, and for each of the first ones `Page    1 size:  595 x 842 pts (A4)`.
fn outline_of(info: &str) -> Outline {
    let mut outline = Outline { count: 0, areas: Vec::new() };
    for line in info.lines() {
        match *line.split_whitespace().collect::<Vec<_>>() {
            ["Pages:", count] => outline.count = count.parse().unwrap_or(0),
            ["Page", _, "size:", width, "x", height, ..] => {
                let inches = |points: &str| points.parse::<f64>().unwrap_or(0.0) / 72.0;
                outline.areas.push(inches(width) * inches(height));
            }
            _ => {}
        }
    }
    outline
}

/// In square inches, by the number of the page. `2  0 image  1240  877  gray  1  8  image  no  3  0  161  161 25.7K 2.4%`.
fn areas_of_pictures(list: &str) -> HashMap<usize, f64> {
    let mut areas = HashMap::new();
    for line in list.lines() {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [page, _, kind, width, height, .., x_ppi, y_ppi, _, _] = fields[..] else { continue };
        let numbers = [width, height, x_ppi, y_ppi].map(str::parse::<f64>);
        let (Ok(page), [Ok(width), Ok(height), Ok(x_ppi), Ok(y_ppi)]) = (page.parse(), numbers) else {
            continue;
        };
        if kind != "smask" {
            *areas.entry(page).or_default() += width / x_ppi * (height / y_ppi);
        }
    }
    areas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_their_pictures_are_known_by_their_sizes() {
        let outline = outline_of(
            "Pages:           3\nPage    1 size:  595 x 842 pts (A4)\nPage    1 rot:   0\nPage    2 size:  72 x 144 pts\n",
        );
        assert_eq!(outline.count, 3);
        assert_eq!(outline.areas.len(), 2);
        assert!((outline.areas[1] - 2.0).abs() < 0.001);
        let areas = areas_of_pictures(
            "page   num  type   width height color comp bpc  enc interp  object ID x-ppi y-ppi size ratio\n---\n\
             2  0 image  300  600  gray  1  8  image  no  3  0  150  150 25.7K 2.4%\n\
             2  1 mask   300  300  -  1  1  ccitt  no  [inline]  300  300  10B 0.1%\n\
             2  2 smask  300  300  gray  1  8  image  no  5  0  1  1  10B 0.1%\n",
        );
        assert_eq!(areas.len(), 1);
        assert!((areas[&2] - 9.0).abs() < 0.001);
    }
}
