extension Style {
    /// What the pages about one thing, and the login, need besides.
    static let details = """
        .lead{font-size:1.08rem;max-width:60rem;margin:0 0 .6rem}
        .message{margin:.8rem 0;max-width:60rem} .message p{margin:.25rem 0}
        .card.plain{border-left:4px solid var(--line)}
        .contents{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:.4rem 0 1rem;padding:0}
        td.wide{min-width:9rem;width:32%;vertical-align:middle}
        td.wraps{min-width:11rem} td.digest{min-width:18rem;word-break:break-all}
        .sheet:has(.wraps) .state{white-space:normal}
        .sheet pre{border:0;border-radius:0;overflow:visible;width:max-content;min-width:100%}
        .share{width:100%;height:.8rem} .share .track{fill:var(--wash)}
        .waterfall td.text{min-width:16rem}

        .run-now{max-width:60rem;margin:1rem 0}
        .rules{list-style:none;padding:0;margin:.2rem 0 .6rem}
        .rules li{padding:.18rem 0 .18rem 1.6rem;text-indent:-1.6rem}
        .rules li .state{display:inline-block;width:1.6rem;text-indent:0;text-align:center}
        .rules .reason{text-indent:0;display:block;padding-left:.3rem}
        fieldset{border:1px solid var(--line);border-radius:9px;margin:.5rem 0;padding:.2rem .8rem .5rem}
        legend{font-weight:600;padding:0 .3rem}
        .choices{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.2rem 0;padding:0;\
        max-height:14rem;overflow-y:auto}
        .choices label{display:inline-block;padding:.15rem 0}

        .year .empty{fill:var(--wash)}
        .year text{font-size:10px}
        .year .fill-day text{fill:var(--card);font-size:10px;font-weight:700;text-anchor:middle;pointer-events:none}
        .year .hollow{stroke:var(--failed);stroke-width:2}
        .year .hollow-day text{fill:var(--failed);font-size:10px;font-weight:700;text-anchor:middle;pointer-events:none}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 1rem}
        .chart{margin:0 0 1.25rem;min-width:0} .chart .drawing{margin:0 0 .3rem}
        .chart figcaption{color:var(--soft);font-size:.9rem}
        .newest{direction:rtl} .newest svg{direction:ltr;margin-right:auto}
        td:has(>.spark){vertical-align:middle;padding-top:.2rem;padding-bottom:.2rem}
        .spark polyline{fill:none;stroke:var(--water);stroke-width:1.5}
        .rule{white-space:pre-wrap;overflow-wrap:anywhere}
        .changes{margin:.4rem 0 .8rem}
        .changes del{text-decoration:none;color:var(--failed)} .changes ins{text-decoration:none;color:var(--completed)}
        .login{max-width:24rem;display:grid;gap:.55rem}
        .login .strong{justify-self:start}
        .login .soft{font-size:.9rem}
        """
}
