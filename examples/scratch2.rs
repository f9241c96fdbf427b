use std::time::Instant;
use zonal::*;
fn main() {
    let cases: Vec<(String,u64,String,u32)> = std::env::args().skip(1).collect::<Vec<_>>().chunks(4).map(|a| (a[0].clone(), a[1].parse().unwrap(), a[2].clone(), a[3].parse().unwrap())).collect();
    for (k,p,list,d) in cases {
        let kernel = Kernel::parse(&k).unwrap();
        let s = kernel.spectrum(Sphere::in_dimension(p).unwrap()).digits(d).unwrap();
        let degrees: Vec<u64> = list.split(',').map(|x| x.parse().unwrap()).collect();
        let t = Instant::now();
        let c = s.certified(&degrees);
        let t1 = t.elapsed();
        let t = Instant::now();
        let _ = s.certified(&degrees);
        let t3 = t.elapsed();
        let s2 = kernel.spectrum(Sphere::in_dimension(p).unwrap()).digits(d).unwrap();
        let t = Instant::now();
        let e = s2.table(&degrees);
        let t2 = t.elapsed();
        match (c, e) {
            (Ok(c), Ok(e)) => {
                let diff = c.rows.iter().zip(&e.rows).filter(|(a, b)| a.decimal() != b.decimal()).count();
                let r = c.rows.last().unwrap();
                println!("{k} p={p} {list}: {t1:?} {t3:?} vs {t2:?}, {diff} differ; {} {} {} {} | {}", r.decimal(), r.error_bound(), r.rigour, r.method, e.rows.last().unwrap().method);
            }
            (Err(c), _) => println!("{k} p={p} {list}: {t1:?} {c}"),
            (_, Err(c)) => println!("{k} p={p} {list}: {t1:?} estimated: {c}"),
        }
    }
}
