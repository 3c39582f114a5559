extension Style {
    /// Of the first page and of the grid.
    static let overview = """
        .strip{display:grid;grid-template-columns:minmax(5.5rem,13rem) minmax(0,1fr);background:var(--card);\
        border:1px solid var(--line);border-radius:12px;overflow:hidden;margin-bottom:.6rem}
        .strip .lanes{list-style:none;margin:0;padding:40px 0 6px;border-right:1px solid var(--line);z-index:1}
        .strip .lanes li{height:34px;border-top:1px solid var(--line);padding:0 .8rem;line-height:33px;\
        overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:.92rem}
        .strip .lanes li:first-child{font-weight:650}
        .strip .lanes a{text-decoration:none} .strip .lanes a:hover{text-decoration:underline}
        .strip .lanes a:focus-visible{outline-offset:-3px}
        .strip .course{overflow-x:auto;overscroll-behavior-x:contain}
        .strip .course:focus-visible{outline-offset:-3px}
        .strip svg{min-width:54rem} .strip svg.over{min-width:0;overflow:visible}
        .strip .future{fill:var(--wash);opacity:.55}
        .strip text{font-size:11.5px} .strip text.utc{font-size:10px;fill:var(--soft)}
        .strip .midnight{stroke:var(--soft)}
        .strip line.now{stroke:var(--water);stroke-width:2} .strip text.now{fill:var(--water);font-weight:700;text-anchor:middle}
        .strip rect.fill{stroke:var(--state);stroke-width:2.5;stroke-linejoin:round}
        .strip .ghost{fill:var(--card);stroke:var(--soft);stroke-width:1.2}
        .strip .late{fill:none;stroke:var(--partial);stroke-width:2;stroke-dasharray:3 2}
        .strip .sign-text{fill:var(--state);font-weight:700;paint-order:stroke;stroke:var(--card);stroke-width:3px}
        .strip .arrow{fill:none;stroke:var(--water);stroke-width:1.4} .strip .ghostly{stroke-dasharray:3 2;opacity:.75}
        .as-table{margin:0 0 1.25rem} .as-table .sheet{margin-top:.5rem}

        .grid table{min-width:56rem;border-collapse:separate;border-spacing:0} .grid td,.grid tbody th{padding-top:.2rem;padding-bottom:.2rem;vertical-align:middle}
        .grid tbody th{position:sticky;left:0;background:var(--card);min-width:9.5rem;max-width:16rem;overflow-wrap:anywhere}
        .grid tbody tr:hover th{background:var(--wash)}
        .grid .under{display:block;font-weight:400;font-size:.85rem;color:var(--soft)}
        .runs path{stroke:var(--state);stroke-width:5;fill:none} .runs .day{stroke:var(--line);stroke-width:1}
        .runs text{fill:var(--state);font-size:9px;font-weight:700;text-anchor:middle} .runs .mark{fill:var(--soft)}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;font-size:.87rem}
        @media (max-width:34rem){.grid tbody th{max-width:9.5rem} .strip{grid-template-columns:8rem minmax(0,1fr)}\
        .strip .lanes li{padding:0 .4rem 0 .6rem;font-size:.85rem}}
        """
}
