import { expect, type Locator, type Page } from '@playwright/test';
import type { Point, Size } from '../../src/shared/geometry.js';

/** A grid of the stage's pixels, top row first: alpha and the three colours, 0..255. */
export type StagePixels = Size & { readonly rgba: readonly number[] };

/** The app as a person finds it: by names and by what is on the screen. */
export class AppPage {
  readonly page: Page;
  readonly objects: Locator;
  readonly stage: Locator;

  constructor(page: Page) {
    this.page = page;
    this.objects = page.locator('live-roto-object');
    this.stage = page.locator('live-roto-stage .surface');
  }

  async open(): Promise<void> {
    await this.page.goto('./');
    await expect(this.page.locator('live-roto-app')).toBeVisible();
  }

  /** Opens the source menu and takes the entry of this name. */
  async chooseSource(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: /^Source/ }).click();
    await this.page.locator('live-roto-source-picker .menu').getByRole('button', { name }).click();
    await expect(this.page.locator('live-roto-stage .picture')).toBeVisible();
  }

  /** Waits until something has been drawn. */
  async pictureIsThere(): Promise<void> {
    await expect.poll(async () => (await this.pixels(8)).rgba.some((value, i) => i % 4 !== 3 && value > 20)).toBe(true);
  }

  /** Waits until the model is there, too. */
  async isReady(): Promise<void> {
    await expect(this.page.getByRole('button', { name: /^How it runs: [1-9]\d* fps/ })).toBeVisible({
      timeout: 60_000,
    });
  }

  /** The app with the sample playing and the model ready. */
  async openSample(): Promise<void> {
    await this.open();
    await this.chooseSource('Sample scene');
    await this.pictureIsThere();
    await this.isReady();
  }

  /** Stops a file or the sample on its first frame, where everything in the sample is known to be. */
  async stopAtStart(): Promise<void> {
    await this.page.getByRole('button', { name: 'Pause', exact: true }).click();
    await this.page.getByRole('slider', { name: 'Position' }).press('Home');
    await expect(this.page.getByRole('slider', { name: 'Position' })).toHaveValue('0');
    // The keys that follow are meant for the stage.
    await this.stage.focus();
  }

  async play(): Promise<void> {
    await this.page.getByRole('button', { name: 'Play', exact: true }).click();
  }

  /** Where a point of the frame is on the page, CSS pixels. */
  async whereIs(point: Point, frame: Size, mirrored = false): Promise<Point> {
    const box = await this.page.locator('live-roto-stage .picture').boundingBox();
    if (box === null) throw new Error('There is no picture.');
    const across = (mirrored ? frame.width - point.x : point.x) / frame.width;
    return { x: box.x + across * box.width, y: box.y + (point.y / frame.height) * box.height };
  }

  async tap(point: Point, frame: Size, mirrored = false): Promise<void> {
    const { x, y } = await this.whereIs(point, frame, mirrored);
    await this.page.mouse.click(x, y);
  }

  /** The words of an object's state. */
  state(index = 0): Locator {
    return this.objects.nth(index).locator('.state');
  }

  async isFollowed(index = 0): Promise<void> {
    await expect(this.state(index)).toContainText('tracking', { timeout: 30_000 });
  }

  async chooseBackground(label: string): Promise<void> {
    await this.page.getByRole('group', { name: 'Background' }).getByText(label, { exact: true }).click();
  }

  background(label: string): Locator {
    return this.page.getByRole('group', { name: 'Background' }).getByRole('radio', { name: label, exact: true });
  }

  async chooseObjectEffect(label: string): Promise<void> {
    await this.page.getByRole('group', { name: 'Object', exact: true }).getByText(label, { exact: true }).click();
  }

  /** What the stage shows now, scaled to `width` pixels. */
  pixels(width: number): Promise<StagePixels> {
    return this.page.locator('live-roto-stage canvas').evaluate((canvas, columns) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('The stage has no canvas.');
      const rows = Math.max(1, Math.round((columns * canvas.height) / canvas.width));
      const context = new OffscreenCanvas(columns, rows).getContext('2d');
      if (context === null) throw new Error('No 2D canvas.');
      context.drawImage(canvas, 0, 0, columns, rows);
      return { width: columns, height: rows, rgba: [...context.getImageData(0, 0, columns, rows).data] };
    }, width);
  }

  /** Alpha of the stage at a point of the frame, 0..255. */
  async alphaAt(point: Point, frame: Size): Promise<number> {
    const { width, height, rgba } = await this.pixels(160);
    const x = Math.floor((point.x / frame.width) * width);
    const y = Math.floor((point.y / frame.height) * height);
    return rgba[(y * width + x) * 4 + 3] ?? 0;
  }
}

/** How much of the picture is opaque, 0..1. */
export function coverage({ rgba }: StagePixels): number {
  const alphas = rgba.filter((_, i) => i % 4 === 3);
  return alphas.reduce((sum, alpha) => sum + alpha, 0) / 255 / alphas.length;
}
