// A slider and a play button over the frames of each figure that has none yet.
(() => {
  for (const box of document.querySelectorAll(".halfstep-player:not([data-ready])")) {
    box.dataset.ready = "yes";
    const frames = [...box.querySelectorAll("svg g.frame")];
    const bar = document.createElement("div");
    const play = document.createElement("button");
    const slider = document.createElement("input");
    const place = document.createElement("span");
    bar.style.cssText = "display:flex;align-items:center;gap:8px";
    play.type = "button";
    slider.type = "range";
    slider.min = "0";
    slider.max = String(frames.length - 1);
    slider.value = slider.max;
    slider.style.cssText = "flex:0 1 320px";
    slider.setAttribute("aria-label", "step");
    bar.append(play, slider, place);
    box.prepend(bar);

    let timer = null;
    const show = at => {
      frames.forEach((frame, i) => frame.setAttribute("display", i === at ? "inline" : "none"));
      slider.value = String(at);
      place.textContent = `${at + 1} / ${frames.length}`;
    };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      play.textContent = "▶";
      play.setAttribute("aria-label", "play");
    };
    const start = () => {
      if (Number(slider.value) === frames.length - 1) show(0);
      play.textContent = "⏸";
      play.setAttribute("aria-label", "pause");
      timer = setInterval(() => {
        const next = Number(slider.value) + 1;
        if (next < frames.length) show(next);
        else stop();
      }, 600);
    };
    play.addEventListener("click", () => (timer === null ? start() : stop()));
    slider.addEventListener("input", () => show(Number(slider.value)));
    stop();
    show(frames.length - 1);
  }
})();
