extension Style {
    /// What pages are put together from.
    static let parts = """
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.9rem;\
        margin:0 0 1.25rem;align-items:start}
        .card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.85rem 1rem 1rem;min-width:0}
        .card>h2{margin:0 0 .5rem;font-size:.95rem;display:flex;align-items:baseline;gap:.5rem}
        .card>h2 .count{margin-left:auto;font-weight:600;color:var(--soft)}
        .card.wide{grid-column:1/-1}
        .card.bad{border-left:4px solid var(--failed)} .card.warn{border-left:4px solid var(--partial)}
        .card.good{border-left:4px solid var(--completed)}
        .card .big{font-size:1.5rem;font-weight:650;letter-spacing:-.02em;line-height:1.2;margin:.1rem 0}
        .card ul.items{list-style:none;margin:0;padding:0}
        .card ul.items li{padding:.45rem 0;border-top:1px solid var(--line)}
        .card ul.items li:first-child{border-top:0;padding-top:0}
        .card ul.items li:last-child{padding-bottom:0}
        .item-head{display:flex;flex-wrap:wrap;gap:.15rem .6rem;align-items:baseline}
        .item-head .end{margin-left:auto}

        .sheet{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:12px;margin:0 0 1.25rem;\
        overscroll-behavior-x:contain}
        .sheet:focus-visible{outline-offset:-3px}
        table{border-collapse:collapse;width:100%;font-size:.94rem}
        caption{text-align:left;width:max-content;max-width:calc(100vw - 2rem);position:sticky;left:0;padding:.65rem .85rem;color:var(--soft);font-size:.9rem}
        th,td{text-align:left;padding:.42rem .85rem;border-top:1px solid var(--line);vertical-align:baseline;\
        overflow-wrap:normal}
        thead th{color:var(--soft);font-weight:600;font-size:.85rem;white-space:nowrap;border-top:0}
        caption+thead th{border-top:1px solid var(--line)}
        tbody th{font-weight:550}
        tbody tr:hover{background:var(--wash)}
        td.number,th.number{text-align:right;white-space:nowrap}
        td.tight,th.tight{width:1%;white-space:nowrap}
        td.text{min-width:14rem;overflow-wrap:anywhere}

        .state{color:var(--state);font-weight:600;white-space:nowrap}
        .state b{display:inline-block;min-width:1.1em;text-align:center;font-weight:700}
        .trigger{color:var(--soft);white-space:nowrap}
        .tag{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 .55rem;font-size:.86rem;\
        color:var(--soft);white-space:nowrap}
        .badges{display:flex;flex-wrap:wrap;gap:.35rem .6rem;align-items:baseline;margin:.4rem 0}
        .soft{color:var(--soft)} .reason{color:var(--soft);overflow-wrap:anywhere}
        .none{color:var(--soft);margin:.2rem 0}
        .right{text-align:right}

        .facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.1rem;margin:.3rem 0}
        .facts dt{color:var(--soft)} .facts dd{margin:0}
        @media (max-width:34rem){.facts{grid-template-columns:1fr;gap:0} .facts dd{margin-bottom:.45rem}\
        .card .facts{grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1.1rem} .card .facts dd{margin:0}}

        .filters{display:flex;flex-wrap:wrap;gap:.35rem 1.2rem;align-items:center;margin:0 0 1rem}
        .filters ul{display:flex;flex-wrap:wrap;gap:.15rem;list-style:none;margin:0;padding:0;align-items:center}
        .filters .label{color:var(--soft);font-size:.9rem;margin-right:.35rem}
        .filters a{display:block;padding:.2rem .6rem;border-radius:99px;text-decoration:none;border:1px solid transparent}
        .filters a:hover{border-color:var(--line);background:var(--card)}
        .filters a[aria-current]{background:var(--card);border-color:var(--water);color:var(--ink);font-weight:600}
        .filters form{display:flex;gap:.4rem;margin:0}

        .bar{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.6rem 0}
        .bar form{margin:0}
        label{font-weight:550}
        input,select,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);\
        border-radius:7px;padding:.35rem .6rem;max-width:100%}
        input[type=checkbox],input[type=radio]{accent-color:var(--water)}
        .button,button{font:inherit;font-weight:600;display:inline-block;color:var(--ink);background:var(--card);\
        border:1px solid var(--soft);border-radius:8px;padding:.35rem .8rem;text-decoration:none;cursor:pointer}
        .button:hover,button:hover{background:var(--wash)}
        .strong,button.strong{background:var(--link);border-color:var(--link);color:var(--on-strong)}
        .strong:hover,button.strong:hover{background:var(--ink);border-color:var(--ink);color:var(--card)}
        .danger,button.danger{color:var(--failed);border-color:var(--failed)}
        button:disabled{opacity:.55;cursor:not-allowed}

        progress{appearance:none;-webkit-appearance:none;display:block;width:100%;height:.55rem;border:0;border-radius:99px;\
        overflow:hidden;background:var(--wash);margin:.35rem 0 .25rem}
        progress::-webkit-progress-bar{background:var(--wash)}
        progress::-webkit-progress-value{background:var(--processing);border-radius:99px}
        progress::-moz-progress-bar{background:var(--processing);border-radius:99px}
        progress:indeterminate{background:repeating-linear-gradient(135deg,var(--wash) 0 8px,var(--line) 8px 16px)}
        progress:indeterminate::-webkit-progress-bar{background:transparent}
        progress:indeterminate::-moz-progress-bar{background:transparent}

        details>summary{cursor:pointer;color:var(--link)}
        """

    /// What drawings have in common.
    static let drawings = """
        .drawing{overflow-x:auto;overscroll-behavior-x:contain;background:var(--card);border:1px solid var(--line);\
        border-radius:12px;margin:0 0 1.25rem}
        svg{display:block}
        svg text{fill:var(--ink);font-size:12px}
        svg .soft{fill:var(--soft)}
        svg .line{stroke:var(--line);fill:none}
        svg .fill{fill:var(--state)} svg .stroke{stroke:var(--state);fill:none}
        svg .hollow{fill:var(--card);stroke:var(--state)}
        svg .water{fill:var(--water)}
        """
}
