use std::time::Instant;
use zonal::kernel::*;
fn main() {
    for k in ["laplace(1)", "ntk(2)", "ntk(3)", "ntk(5)", "ntk(10)", "nngp(3)", "ntk_bias(2)", "matern(3/2,1)", "arccos2(u)", "gaussian(1)", "1/(1+25*u^2)","arccos1(u)+1/(1+25*u^2)"] {
        let Ok(kernel) = Kernel::parse(k) else { println!("{k}?"); continue };
        let program = kernel.program(Some(10)).unwrap();
        for end in End::BOTH {
            let t = Instant::now();
            let d = Disc::largest(&program, end, 4.0);
            println!("{k} {end:?} {d:?} {:?}", t.elapsed());
        }
        let mut y = 2.0;
        let t = Instant::now();
        loop {
            let s = Strip::new(&program, y);
            if let Ok(s) = s { println!("{k} {s:?} {:?}", t.elapsed()); 
            let t = Instant::now();
            let s = Strip::new(&program, y*0.8); println!("   {s:?} {:?}", t.elapsed()); break }
            y *= 0.9;
            if y < 0.01 { println!("{k} no strip {s:?} {:?}", t.elapsed()); break }
        }
    }
}
