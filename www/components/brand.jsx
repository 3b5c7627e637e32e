/**
 * The mark of the page: three pieces that are here, and one that is not.
 */

/** @param {{ size: number }} props */
export function Mark({ size }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 28 28" aria-hidden="true">
      <path d="M0 0h12v12h-12zM16 0h12v12h-12zM0 16h12v12h-12z" fill="currentColor" />
      <path d="M16.75 16.75h10.5v10.5h-10.5z" fill="none" stroke="currentColor" stroke-width="1.5" />
    </svg>
  );
}
