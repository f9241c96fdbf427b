use std::time::Instant;
use zonal::*;
use zonal::spectrum::endpoint::Endpoint;
use zonal::spectrum::Problem;
use zonal::number::Digits;
fn main() {
    for (k,p) in [("ntk(2)",3),("ntk(2)",10),("ntk(3)",3),("ntk(3)",10), ("ntk(5)",10),("ntk(10)",10),("ntk(10)",50), ("laplace(1)",10),("matern(9/2,1)",3),("gamma_exponential(1,1/2)",4),("sqrt(2-2*u)",3)] {
      for d in [Digits::Double, Digits::Count(20), Digits::Count(30), Digits::Count(50)] {
        let problem = Problem::new(Kernel::parse(k).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let t = Instant::now();
            match Endpoint::new(&problem, d, std::env::args().nth(1).map_or(0, |x| x.parse().unwrap())) {
                Ok(e) => println!("{k} {p} {d}: {:?} from {} height {:.3} length {} bits {}", t.elapsed(), e.from, e.series().region().strip.height, e.series().length(), e.series().balls().precision()),
                Err(e) => println!("{k} {p} {d}: {:?} {e}", t.elapsed()),
            }
      }
    }
}
