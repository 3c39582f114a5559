extension Style {
    /// Elements, and the frame of every page.
    static let base = """
        *,*::before,*::after{box-sizing:border-box}
        html{font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;\
        -webkit-text-size-adjust:100%;background:var(--paper);color:var(--ink)}
        body{margin:0;min-height:100vh;display:flex;flex-direction:column;font-variant-numeric:tabular-nums;\
        overflow-wrap:anywhere}
        main{flex:1;width:100%;max-width:100rem;margin:0 auto;padding:1.25rem clamp(.75rem,2.5vw,2rem) 2rem;outline:0}
        h1,h2,h3{line-height:1.2;margin:0;text-wrap:balance}
        h1{font-size:1.6rem;font-weight:650;letter-spacing:-.015em;margin-bottom:1rem}
        h2{font-size:1.05rem;font-weight:650;margin:1.75rem 0 .6rem}
        h3{font-size:.95rem;font-weight:650;margin:1rem 0 .4rem}
        p{margin:.4rem 0}
        a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
        a:hover{text-decoration-thickness:2px}
        :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
        ul,ol{margin:.4rem 0;padding-left:1.2rem}
        code,.mono{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
        pre{margin:0;padding:.9rem 1rem;overflow:auto;background:var(--card);border:1px solid var(--line);\
        border-radius:10px;line-height:1.5;overflow-wrap:normal}
        hr{border:0;border-top:1px solid var(--line);margin:1.5rem 0}
        time{white-space:nowrap}

        .skip{position:absolute;left:-99rem;top:.5rem;z-index:9;background:var(--card);padding:.5rem .9rem;\
        border-radius:6px}
        .skip:focus{left:.5rem}
        .hidden-text{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

        .top{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.5rem;background:var(--card);\
        border-bottom:1px solid var(--line);padding:.5rem clamp(.75rem,2.5vw,2rem)}
        .brand{display:inline-flex;align-items:center;gap:.5rem;font-weight:700;font-size:1.1rem;color:var(--ink);\
        text-decoration:none;letter-spacing:-.01em}
        .sign path{fill:var(--ink)} .sign .water{fill:var(--water)} .sign .gate{fill:var(--soft)}
        .top nav ul{display:flex;flex-wrap:wrap;gap:.15rem;list-style:none;margin:0;padding:0}
        .top nav a{display:block;padding:.4rem .75rem;border-radius:7px;color:var(--soft);text-decoration:none;\
        font-weight:550}
        .top nav a:hover{background:var(--wash);color:var(--ink)}
        .top nav a[aria-current]{background:var(--wash);color:var(--ink);box-shadow:inset 0 -2px 0 var(--water)}
        .session{margin-left:auto;display:flex;align-items:center;gap:.6rem;color:var(--soft);font-size:.92rem}
        .session form{margin:0}
        .trail ol{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;margin:0 0 .3rem;padding:0;font-size:.92rem}
        .trail li::after{content:"/" / "";color:var(--soft);margin-left:.4rem}
        .notice{padding:.65rem .9rem;border-radius:9px;border:1px solid var(--line);margin:0 0 1rem;max-width:60rem}
        .notice.good{background:var(--good-wash)} .notice.good b{color:var(--completed)}
        .notice.bad{background:var(--bad-wash)} .notice.bad b{color:var(--failed)}
        .notice.warn{background:var(--warn-wash)} .notice.warn b{color:var(--partial)}
        .bottom{border-top:1px solid var(--line);color:var(--soft);font-size:.87rem;display:flex;flex-wrap:wrap;\
        gap:.1rem 1.5rem;padding:.7rem clamp(.75rem,2.5vw,2rem)}
        .bottom p{margin:.1rem 0}

        @media (max-width:34rem){
        html{font-size:14.5px}
        .top nav{order:1;flex-basis:100%} .top{padding-bottom:.35rem}
        h1{font-size:1.4rem}
        }
        @media (prefers-reduced-motion:no-preference){
        a,.button{transition:background-color .12s,color .12s}
        }
        @media print{.top nav,.session,.skip,.filters{display:none}}
        """
}
