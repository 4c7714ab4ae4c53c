import { join } from "node:path";
import { loadImage, createCanvas } from "@napi-rs/canvas";
import type { Printer } from "./print.ts";
import { drawPage, type Picture } from "./read-pdf.ts";
import { specimens } from "./snapshots.ts";

/** Which page of which document, in which language, has an approved picture. */
export interface Pose {
  /** Name of the picture. */
  readonly name: string;
  readonly specimen: string;
  readonly locale?: string;
  readonly page?: number;
}

const plain = Object.keys(specimens).filter((name) => !name.endsWith("-lines"));
const translated = ["de", "fr", "es", "ja"].flatMap((locale) =>
  ["gross-prices", "credit-note", "reverse-charge"].map((specimen) => ({
    name: `${specimen}.${locale}`,
    specimen,
    locale,
  })),
);

export const poses: readonly Pose[] = [
  ...plain.map((specimen) => ({ name: specimen, specimen })),
  { name: "12-lines", specimen: "12-lines" },
  { name: "60-lines.2", specimen: "60-lines", page: 2 },
  { name: "60-lines.last", specimen: "60-lines", page: 4 },
  { name: "500-lines.9", specimen: "500-lines", page: 9 },
  ...translated,
];

export const pictureFolder = join(import.meta.dirname, "pictures");

/** Draws a pose small: enough to see that something moved, not to read it. */
export const draw = async (printer: Printer, pose: Pose): Promise<Picture> => {
  const snapshot = specimens[pose.specimen];
  if (!snapshot) throw new Error(`no specimen ${pose.specimen}`);
  const { pdf } = await printer.print(snapshot, { locale: pose.locale });
  return drawPage(pdf, pose.page ?? 1, 56);
};

/** The share of pixels that clearly differ from an approved picture, from 0 to 1. */
export const difference = async (picture: Picture, approved: Buffer): Promise<number> => {
  const image = await loadImage(approved);
  if (image.width !== picture.width || image.height !== picture.height) return 1;
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let differing = 0;
  for (let at = 0; at < data.length; at += 4) {
    const gap = (channel: number) =>
      Math.abs((data[at + channel] ?? 0) - (picture.pixels[at + channel] ?? 0));
    if (Math.max(gap(0), gap(1), gap(2)) > 48) differing += 1;
  }
  return differing / (data.length / 4);
};
