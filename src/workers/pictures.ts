import { cutout } from '../render/cutout.js';
import { solveMatte, type GuideImage } from '../render/matte.js';
import type { MaskGrid } from '../shared/mask.js';
import type { ObjectId } from '../shared/pipeline-api.js';
import { lumaSizeOf } from '../tracking/luma.js';
import type { EventSender } from './event-sender.js';
import { sizeOfFrame, type PixelReader } from './frame-pixels.js';
import type { FrameShelf } from './frame-shelf.js';
import { guideOf, type DrawnFrame } from './frame-stages.js';
import { findObject } from './scene.js';
import type { SceneStore } from './scene-store.js';

const THUMBNAIL_SIDE = 96;
const THUMBNAIL_EVERY_MS = 2000;

function emptyPicture(): ImageBitmap {
  const canvas = new OffscreenCanvas(1, 1);
  canvas.getContext('2d');
  return canvas.transferToImageBitmap();
}

/** The small pictures that the page shows: a live cut-out of each object, and the readings of a tap. */
export class Pictures {
  readonly #events: EventSender;
  readonly #store: SceneStore;
  readonly #shelf: FrameShelf;
  readonly #pixels: PixelReader;
  readonly #madeMs = new Map<ObjectId, number>();

  constructor(events: EventSender, store: SceneStore, shelf: FrameShelf, pixels: PixelReader) {
    this.#events = events;
    this.#store = store;
    this.#shelf = shelf;
    this.#pixels = pixels;
  }

  /** Sends the thumbnail that is most out of date, if any is due. At most one a frame. */
  sendThumbnail({ frame, layers }: DrawnFrame, nowMs = performance.now()): void {
    const age = (id: ObjectId): number => nowMs - (this.#madeMs.get(id) ?? -Infinity);
    const oldest = layers
      .filter((layer) => layer.look !== 'lost' && age(layer.id) > THUMBNAIL_EVERY_MS)
      .sort((a, b) => age(b.id) - age(a.id))[0];
    if (oldest === undefined) return;
    this.#madeMs.set(oldest.id, nowMs);
    const bitmap = cutout(frame, oldest, THUMBNAIL_SIDE);
    if (bitmap !== null) this.#events.post({ kind: 'thumbnail', id: oldest.id, bitmap }, [bitmap]);
  }

  /** Sends a picture of each reading of the object's last tap. */
  sendCandidates(id: ObjectId): void {
    const candidates = findObject(this.#store.scene, id)?.track.candidates ?? [];
    if (candidates.length === 0) return;
    // The readings of one tap belong to one frame, which is read once.
    const guides = new Map<number, GuideImage>();
    const bitmaps = candidates.map(({ mask }) => this.#picture(id, mask, guides) ?? emptyPicture());
    this.#events.post({ kind: 'candidates', id, bitmaps }, bitmaps);
  }

  #picture(id: ObjectId, mask: MaskGrid, guides: Map<number, GuideImage>): ImageBitmap | null {
    const frame = this.#shelf.at(mask.timestampUs);
    if (frame === null) return null;
    const guide = guides.get(mask.timestampUs) ?? this.#guide(frame);
    guides.set(mask.timestampUs, guide);
    const matte = solveMatte(mask, guide);
    return cutout(frame, { id, matte, colour: '#ffffff', look: 'tracking', selected: false }, THUMBNAIL_SIDE);
  }

  #guide(frame: VideoFrame): GuideImage {
    return guideOf(this.#pixels.readWhole(frame, lumaSizeOf(sizeOfFrame(frame))), frame);
  }
}
