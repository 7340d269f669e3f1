import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOME_VARIANT, renderSampleFrame, SAMPLE_SCENE, type SampleFrame } from '../../src/sample/sample.js';

const hash = (bytes: Uint8Array | Uint8ClampedArray) => createHash('sha256').update(bytes).digest('hex');

const areaOf = ({ ids }: SampleFrame, id: number) => ids.reduce((sum, each) => sum + Number(each === id), 0);

const only = (...cast: number[]) => ({ ...HOME_VARIANT, cast });

/** Largest difference of any channel of pixel `at`. */
function difference(a: SampleFrame, b: SampleFrame, at: number): number {
  const of = (channel: number) => Math.abs(a.rgba[at * 4 + channel]! - b.rgba[at * 4 + channel]!);
  return Math.max(of(0), of(1), of(2));
}

const named = (name: string): number => {
  const found = SAMPLE_SCENE.objects.find((object) => object.name === name);
  if (found === undefined) throw new Error(`No ${name} in the sample.`);
  return found.id;
};

describe('the sample scene', () => {
  it('gives the same bytes for the same frame, and others for another', () => {
    const first = renderSampleFrame(77);
    expect(hash(renderSampleFrame(77).rgba)).toBe(hash(first.rgba));
    expect(hash(renderSampleFrame(77).ids)).toBe(hash(first.ids));
    expect(hash(renderSampleFrame(78).rgba)).not.toBe(hash(first.rgba));
  });

  it('is opaque and has the size asked for', () => {
    for (const size of [SAMPLE_SCENE.size, { width: 320, height: 240 }, { width: 90, height: 160 }]) {
      const { rgba, ids, size: got } = renderSampleFrame(10, size);
      expect(got).toEqual(size);
      expect(ids.length).toBe(size.width * size.height);
      expect(rgba.length).toBe(ids.length * 4);
      expect(rgba.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
    }
  });

  it('starts over without a seam while timestamps go on', () => {
    const { loopFrames, frameRate, durationSeconds } = SAMPLE_SCENE;
    expect(loopFrames).toBe(frameRate * durationSeconds);
    // The rounding of a sine 20 s later may move a pixel's last bit, no more.
    const first = renderSampleFrame(3);
    const again = renderSampleFrame(3 + loopFrames);
    const largest = first.ids.reduce((most, _, at) => Math.max(most, difference(first, again, at)), 0);
    expect(largest).toBeLessThanOrEqual(4);
    expect(again.timestampUs - first.timestampUs).toBe(durationSeconds * 1e6);
    // Across the seam the picture moves as little as anywhere else.
    const last = renderSampleFrame(loopFrames - 1);
    const next = renderSampleFrame(loopFrames);
    const changed = last.ids.filter((id, at) => id !== next.ids[at]).length;
    expect(changed).toBeLessThan(last.ids.length * 0.03);
  });

  it('tells of every object a tap that hits it on the first frame', () => {
    const { ids, size } = renderSampleFrame(0);
    for (const { id, tap } of SAMPLE_SCENE.objects) expect(ids[tap.y * size.width + tap.x], `object ${id}`).toBe(id);
    expect(SAMPLE_SCENE.objects.filter((object) => object.plain).length).toBeGreaterThan(0);
  });

  it('marks exactly what each object covers: the picture differs from one without it there, and hardly elsewhere', () => {
    for (const { id, name } of SAMPLE_SCENE.objects) {
      const everyone = renderSampleFrame(45);
      const others = SAMPLE_SCENE.objects.map((object) => object.id).filter((other) => other !== id);
      const without = renderSampleFrame(45, SAMPLE_SCENE.size, only(...others));
      let marked = 0;
      let seen = 0;
      let strong = 0;
      let moved = 0;
      everyone.ids.forEach((owner, at) => {
        const changed = difference(everyone, without, at);
        if (owner === id) {
          marked++;
          if (changed > 6) seen++;
        } else if (changed > 160) strong++;
        if (owner !== id && without.ids[at] !== owner) moved++;
      });
      expect(moved, name).toBe(0);
      expect(marked, name).toBeGreaterThan(400);
      expect(seen / marked, name).toBeGreaterThan(0.93);
      // Outside only soft shadows and the paler half of smoothed edges may change.
      expect(strong / marked, name).toBeLessThan(0.02);
    }
  });

  it('lets things pass in front of each other: nearer ones hide farther ones', () => {
    const [mug, ball] = [named('striped mug'), named('beach ball')];
    const hidden = (id: number, by: number, frame: number) => {
      const alone = renderSampleFrame(frame, SAMPLE_SCENE.size, only(id));
      const both = renderSampleFrame(frame, SAMPLE_SCENE.size, only(id, by));
      return 1 - areaOf(both, id) / areaOf(alone, id);
    };
    const frames = Array.from({ length: 60 }, (_, index) => index * 10);
    const mugHidden = frames.map((frame) => hidden(mug, ball, frame));
    const ballHidden = frames.map((frame) => hidden(ball, mug, frame));
    expect(Math.max(...mugHidden)).toBeGreaterThan(0.3);
    expect(Math.max(...ballHidden)).toBeGreaterThan(0.1);
    expect(frames.some((_, index) => mugHidden[index]! > 0 && ballHidden[index]! > 0)).toBe(false);
  });

  it('sends the car out of the picture and back, and keeps the plain things in sight', () => {
    const small = { width: 320, height: 180 };
    const frames = Array.from({ length: 100 }, (_, index) => renderSampleFrame(index * 6, small));
    const areas = (id: number) => frames.map((frame) => areaOf(frame, id));
    const car = areas(named('toy car'));
    const gone = car.indexOf(0);
    expect(car[0]).toBeGreaterThan(500);
    expect(gone).toBeGreaterThan(0);
    expect(car.slice(gone).some((area) => area > 500)).toBe(true);
    expect(car.lastIndexOf(0) - gone + 1).toBe(car.filter((area) => area === 0).length);
    for (const { id } of SAMPLE_SCENE.objects.filter((object) => object.plain)) {
      const plain = areas(id).sort((a, b) => a - b);
      expect(plain[0]).toBeGreaterThan(0);
      expect(plain[10]! / plain[99]!).toBeGreaterThan(0.5);
    }
  });

  it('has two that look the same', () => {
    const pixels = (id: number, frame: number) => {
      const picture = renderSampleFrame(frame, SAMPLE_SCENE.size, { ...only(id), pan: 0 });
      const colours = picture.ids.reduce<number[]>((list, owner, at) => {
        if (owner === id) list.push(picture.rgba[at * 4]! + picture.rgba[at * 4 + 1]! + picture.rgba[at * 4 + 2]!);
        return list;
      }, []);
      return { area: colours.length, mean: colours.reduce((sum, value) => sum + value, 0) / colours.length };
    };
    // Half a loop later each stands where the other stood.
    const first = pixels(named('first duck'), 60);
    const second = pixels(named('second duck'), 60 + SAMPLE_SCENE.loopFrames / 2);
    expect(Math.abs(first.area / second.area - 1)).toBeLessThan(0.02);
    expect(Math.abs(first.mean - second.mean)).toBeLessThan(3);
  });

  it('varies: who plays, how fast, from which moment, with cuts', () => {
    const mugOnly = renderSampleFrame(0, SAMPLE_SCENE.size, only(named('striped mug')));
    expect([...new Set(mugOnly.ids)].sort()).toEqual([0, named('striped mug')]);

    const still = { ...HOME_VARIANT, pan: 0 };
    const faster = renderSampleFrame(15, SAMPLE_SCENE.size, { ...still, speed: 2 });
    expect(hash(faster.ids)).toBe(hash(renderSampleFrame(30, SAMPLE_SCENE.size, still).ids));

    const seeded = renderSampleFrame(0, SAMPLE_SCENE.size, { ...HOME_VARIANT, seed: 3 });
    expect(hash(seeded.ids)).not.toBe(hash(renderSampleFrame(0).ids));

    const cuts = { ...HOME_VARIANT, cuts: [50, 80] };
    for (const [frame, same] of [
      [49, true],
      [50, false],
      [79, false],
      [80, true],
    ] as const) {
      const cut = hash(renderSampleFrame(frame, SAMPLE_SCENE.size, cuts).ids);
      expect(cut === hash(renderSampleFrame(frame).ids), `frame ${frame}`).toBe(same);
    }
  });
});
