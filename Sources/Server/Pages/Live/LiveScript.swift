import Digests

/// The one script. Pages are whole without it.
///
/// When something changed it fetches the page again and replaces the parts marked `data-live`: not while the reader's
/// focus or selection is in one, and not while the page is hidden. Where things were scrolled to, and what was unfolded,
/// stays so.
enum LiveScript {
    static let text = """
        "use strict";
        (() => {
          const parts = root => [...root.querySelectorAll("[data-live]")];
          const sign = document.getElementById("live");
          const say = text => { if (sign) sign.textContent = text; };
          for (const course of document.querySelectorAll(".course")) {
            course.scrollLeft = (course.scrollWidth - course.clientWidth) / 2;
          }
          if (!parts(document).length || !window.EventSource || !window.fetch) return;

          let source = null, timer = 0, ended = 0, took = 0, isFetching = false, isStale = false;

          const isInUse = part => {
            if (part.contains(document.activeElement)) return true;
            const selection = document.getSelection();
            return !!selection && !selection.isCollapsed && part.contains(selection.anchorNode);
          };

          const keep = (old, fresh) => {
            for (const kept of old.querySelectorAll("details[data-keep]")) {
              const twin = fresh.querySelector(`details[data-keep="${kept.dataset.keep}"]`);
              if (twin) twin.open = kept.open;
            }
            const places = [...old.querySelectorAll("[tabindex='0']")].map(each => [each.scrollLeft, each.scrollTop]);
            old.replaceWith(fresh);
            fresh.querySelectorAll("[tabindex='0']").forEach((each, index) => {
              if (places[index]) [each.scrollLeft, each.scrollTop] = places[index];
            });
          };

          const refresh = async () => {
            if (isFetching || document.hidden) { isStale = true; return; }
            isFetching = true;
            isStale = false;
            const began = performance.now();
            try {
              const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
              if (!answer.ok) { stop(); say("Not live any more: refresh the page."); return; }
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              for (const old of parts(document)) {
                const fresh = parts(page).find(each => each.dataset.live === old.dataset.live);
                if (!fresh || fresh.innerHTML === old.innerHTML) continue;
                if (isInUse(old)) { isStale = true; continue; }
                keep(old, document.adoptNode(fresh));
              }
            } catch {
              isStale = true;
            } finally {
              isFetching = false;
              ended = performance.now();
              took = ended - began;
            }
          };

          // A page that takes long is asked for less often.
          const ask = () => {
            if (timer) return;
            const pause = Math.max(2000, took * 10) - (performance.now() - ended);
            timer = setTimeout(() => { timer = 0; refresh(); }, Math.max(0, ended ? pause : 0));
          };

          const start = () => {
            if (source || document.hidden) return;
            source = new EventSource("/events");
            source.addEventListener("open", () => say("Live."));
            source.addEventListener("change", ask);
            source.addEventListener("error", () => {
              say("Not live at the moment.");
              if (source && source.readyState === EventSource.CLOSED) source = null;
            });
          };
          const stop = () => { if (source) source.close(); source = null; };

          document.addEventListener("visibilitychange", () => {
            if (document.hidden) { stop(); return; }
            start();
            ask();
          });
          document.addEventListener("focusout", () => { if (isStale) ask(); });
          // Ages and distances go on without any event.
          setInterval(() => { if (!document.hidden) { start(); ask(); } }, 60000);
          start();
        })();
        """

    /// With a digest, so that browsers may keep it for ever.
    static let path = "/live.js?\(sha256Bytes(of: Array(text.utf8)).prefix(6).map { String($0, radix: 36) }.joined())"
}
