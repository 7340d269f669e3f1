import type { Figures } from './prompts/questions.js';

export type PhotoRun = {
  /** Addresses of the photo and of its label map. */
  readonly image: string;
  readonly labels: string;
  /** Longer side of the model's input, pixels, a multiple of 32. */
  readonly size: number;
  /** Draw a contact sheet. */
  readonly sheet: boolean;
};

export type InstanceFigures = Figures & {
  /** Its value in the label map. */
  readonly id: number;
  /** Of the picture, 0..1. */
  readonly share: number;
};

export type PhotoResult = {
  readonly instances: readonly InstanceFigures[];
  /** A PNG as a data address. */
  readonly sheet: string | null;
};

declare global {
  interface Window {
    /** @param model address of the folder with encoder.onnx and decoder.onnx */
    startPrompts(model: string): Promise<void>;
    askPhoto(run: PhotoRun): Promise<PhotoResult>;
  }
}
