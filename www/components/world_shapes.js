/**
 * The land of the world and its borders, projected for a width. Loaded when a map is shown: the shapes (Natural Earth, public domain, by way of
 * world-atlas) and the code that projects them weigh more than a view.
 *
 * The projection is Equal Earth: a country's share of the map is its share of the land.
 *
 * @import { GeometryCollection, Topology } from "topojson-specification"
 */
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import world from "world-atlas/countries-110m.json";
import { POINT_OF } from "./world_points";

/** Nobody shares files there, and it would take a fifth of the height. */
const ANTARCTICA = "010";

/**
 * @typedef {object} World
 * @property {number} height in px
 * @property {string} land
 * @property {string} borders
 * @property {(country: string) => [number, number] | null} pointOf where a country is marked, by its code of two letters, in px
 */

const topology = /** @type {Topology<{ countries: GeometryCollection }>} */ (/** @type {unknown} */ (world));
const { countries } = topology.objects;
const inhabited = { ...countries, geometries: countries.geometries.filter(({ id }) => id !== ANTARCTICA) };

/**
 * @param {number} width in px
 * @returns {World}
 */
export function worldOf(width) {
  const land = feature(topology, inhabited);
  const projection = geoEqualEarth().fitWidth(width, land);
  const path = geoPath(projection).digits(1);
  const [[, top], [, bottom]] = path.bounds(land);
  const [x, y] = projection.translate();
  projection.translate([x, y - top]);
  return {
    height: Math.ceil(bottom - top),
    land: path(land) ?? "",
    borders: path(mesh(topology, inhabited, (one, other) => one !== other)) ?? "",
    pointOf: (country) => {
      const point = POINT_OF.get(country);
      const projected = point ? projection(point) : null;
      // Islands beyond the land at the edges are marked at the edge.
      return projected && [Math.min(Math.max(projected[0], 0), width), projected[1]];
    },
  };
}
