/* Names for what the theme and the gallery show without one, to those who hear the page. */

document.addEventListener("DOMContentLoaded", () => {
  for (const toggle of document.querySelectorAll("nav.bd-links summary")) {
    const link = toggle.closest("li").querySelector("a");
    toggle.setAttribute("aria-label", `Pages of ${link.textContent.trim()}`);
  }
  for (const link of document.querySelectorAll(".sphx-glr-thumbcontainer a.reference")) {
    link.setAttribute("aria-label", link.textContent.trim());
  }
});
